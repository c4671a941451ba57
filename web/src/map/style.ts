// The map's look: our own drawing of the district, no tiles, no glyphs, nothing fetched.
import type { StyleSpecification } from 'maplibre-gl';
import { hex } from '@/lib/tones';
import yangpu from './yangpu.json';

type Data = GeoJSON.FeatureCollection;
const source = (data: unknown) => ({ type: 'geojson' as const, data: data as Data });

const land = '#0e151f';
const district = '#172232';
const water = '#0f3148';

const label = { 'text-size': 13, 'text-max-width': 12 };
const halo = { 'text-halo-color': '#0b1119', 'text-halo-width': 1.4 };

export const bounds: [number, number, number, number] = [121.472, 31.2455, 121.574, 31.3485];

/** `points` are the cases and `cameras` the devices; both are filled later. */
export function mapStyle(): StyleSpecification {
  return {
    version: 8,
    sources: {
      district: source(yangpu.district),
      subdistricts: source(yangpu.subdistricts),
      names: source(yangpu.names),
      water: source(yangpu.water),
      island: source(yangpu.island),
      roads: source(yangpu.roads),
      places: source(yangpu.places),
      cameras: source({ type: 'FeatureCollection', features: [] }),
      points: {
        ...source({ type: 'FeatureCollection', features: [] }),
        cluster: true,
        clusterRadius: 34,
        clusterMaxZoom: 15,
        clusterProperties: { late: ['+', ['case', ['get', 'overdue'], 1, 0]] },
      },
    },
    layers: [
      { id: 'land', type: 'background', paint: { 'background-color': land } },
      { id: 'district', type: 'fill', source: 'district', paint: { 'fill-color': district } },
      {
        id: 'hover',
        type: 'fill',
        source: 'subdistricts',
        filter: ['==', ['get', 'id'], ''],
        paint: { 'fill-color': '#22344d' },
      },
      {
        id: 'water',
        type: 'fill',
        source: 'water',
        filter: ['==', ['geometry-type'], 'Polygon'],
        paint: { 'fill-color': water },
      },
      {
        id: 'channel',
        type: 'line',
        source: 'water',
        filter: ['==', ['geometry-type'], 'LineString'],
        paint: {
          'line-color': water,
          'line-width': ['interpolate', ['linear'], ['zoom'], 11, 1.5, 15, 12],
        },
      },
      {
        id: 'road-case',
        type: 'line',
        source: 'roads',
        layout: { 'line-cap': 'round', 'line-join': 'round' },
        paint: {
          'line-color': [
            'match',
            ['get', 'kind'],
            'expressway',
            '#41567a',
            'main',
            '#324562',
            '#283850',
          ],
          'line-width': [
            'interpolate',
            ['exponential', 1.5],
            ['zoom'],
            11,
            ['match', ['get', 'kind'], 'expressway', 2, 'main', 1.3, 0.7],
            13,
            ['match', ['get', 'kind'], 'expressway', 3.6, 'main', 2.4, 1.4],
            16,
            ['match', ['get', 'kind'], 'expressway', 14, 'main', 10, 6],
          ],
        },
      },
      {
        id: 'borders',
        type: 'line',
        source: 'subdistricts',
        paint: {
          'line-color': '#4d6a94',
          'line-width': 1,
          'line-dasharray': [3, 2],
          'line-opacity': 0.75,
        },
      },
      {
        id: 'outline',
        type: 'line',
        source: 'district',
        paint: { 'line-color': '#6d91c4', 'line-width': 1.8 },
      },
      {
        id: 'road-names',
        type: 'symbol',
        source: 'roads',
        minzoom: 12.2,
        layout: {
          'symbol-placement': 'line',
          'text-field': ['get', 'name'],
          'text-size': 11,
          'symbol-spacing': 420,
        },
        paint: { 'text-color': '#8497b3', ...halo },
      },
      {
        id: 'places',
        type: 'symbol',
        source: 'places',
        layout: { 'text-field': ['get', 'name'], ...label, 'text-letter-spacing': 0.25 },
        paint: {
          'text-color': ['match', ['get', 'kind'], 'water', '#5d93b8', '#56677f'],
          'text-halo-color': '#0b1119',
          'text-halo-width': 1,
        },
      },
      {
        id: 'names',
        type: 'symbol',
        source: 'names',
        layout: {
          'text-field': ['get', 'name'],
          'text-size': ['interpolate', ['linear'], ['zoom'], 11, 12, 14, 17],
          'text-allow-overlap': true,
          'text-ignore-placement': true,
        },
        paint: { 'text-color': '#b9cae2', ...halo },
      },
      {
        id: 'cameras',
        type: 'circle',
        source: 'cameras',
        paint: {
          'circle-radius': ['interpolate', ['linear'], ['zoom'], 11, 2.2, 15, 5],
          'circle-color': ['case', ['==', ['get', 'state'], 'ok'], '#7f93ad', hex.red],
          'circle-stroke-color': '#0b1119',
          'circle-stroke-width': 1,
        },
      },
      {
        id: 'clusters',
        type: 'circle',
        source: 'points',
        filter: ['has', 'point_count'],
        paint: {
          'circle-color': '#24405f',
          'circle-radius': ['step', ['get', 'point_count'], 14, 10, 18, 50, 23],
          'circle-stroke-color': ['case', ['>', ['get', 'late'], 0], hex.red, '#8fb8ea'],
          'circle-stroke-width': 2,
        },
      },
      {
        id: 'cluster-counts',
        type: 'symbol',
        source: 'points',
        filter: ['has', 'point_count'],
        layout: {
          'text-field': ['get', 'point_count_abbreviated'],
          'text-size': 13,
          'text-allow-overlap': true,
        },
        paint: { 'text-color': '#ffffff' },
      },
      {
        id: 'late-ring',
        type: 'circle',
        source: 'points',
        filter: ['all', ['!', ['has', 'point_count']], ['get', 'overdue']],
        paint: {
          'circle-radius': 12,
          'circle-color': 'rgba(0,0,0,0)',
          'circle-stroke-color': hex.red,
          'circle-stroke-width': 2,
        },
      },
      {
        id: 'points',
        type: 'circle',
        source: 'points',
        filter: ['!', ['has', 'point_count']],
        paint: {
          'circle-radius': 7,
          'circle-color': [
            'match',
            ['get', 'tone'],
            'blue',
            hex.blue,
            'yellow',
            hex.yellow,
            'orange',
            hex.orange,
            'green',
            hex.green,
            'red',
            hex.red,
            hex.grey,
          ],
          'circle-stroke-color': '#0b1119',
          'circle-stroke-width': 2,
        },
      },
    ],
  };
}
