// The map's worker, as a file of our own: the policy forbids workers from blob: addresses.
import '../polyfill';
import 'maplibre-gl/dist/maplibre-gl-csp-worker.js';
