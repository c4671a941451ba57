// Draws yangpu.json: approximate outlines of the district's 12 subdistricts, the Huangpu, main roads.
//
// Everything is our own drawing from named corner points (WGS-84, about 100 m good), so that the map
// works offline and belongs to nobody else. Neighbours share their corner points and the wiggle of an
// edge depends on its two ends only, so outlines meet without gaps.
//
//   node src/map/make_yangpu.mjs > src/map/yangpu.json

const corners = {
  // West bank of the Huangpu, north to south.
  r1: [121.5385, 31.345], r2: [121.549, 31.333], r3: [121.556, 31.3205], r4: [121.5595, 31.312],
  r5: [121.562, 31.3035], r6: [121.565, 31.294], r7: [121.5665, 31.285], r8: [121.565, 31.276],
  r9: [121.5605, 31.2695], r10: [121.554, 31.2655], r11: [121.548, 31.2632], r12: [121.54, 31.2592],
  r13: [121.5345, 31.2568], r14: [121.5295, 31.255], r15: [121.5195, 31.253], r16: [121.513, 31.2515],
  // The border with Hongkou and Baoshan, south to north.
  w2: [121.5105, 31.258], w3s: [121.5085, 31.2622], w3: [121.506, 31.266], w4: [121.502, 31.2712],
  w5: [121.495, 31.2735], w6: [121.49, 31.2775], w7: [121.4875, 31.286], w8: [121.483, 31.2925],
  w9: [121.4812, 31.2985], w10: [121.48, 31.308], w11: [121.482, 31.3175], w12: [121.4848, 31.33],
  nw: [121.4868, 31.3395], n1: [121.499, 31.3438], n2: [121.511, 31.3425], n3: [121.523, 31.3442],
  // Inside.
  i1: [121.492, 31.3165], i2: [121.505, 31.317], i3: [121.514, 31.3192], i4: [121.5165, 31.329],
  i5: [121.5215, 31.3365], i6: [121.519, 31.311], i7: [121.533, 31.312], i8: [121.547, 31.313],
  i9: [121.5185, 31.3025], i10: [121.516, 31.294], i11: [121.5075, 31.2935], i12: [121.496, 31.292],
  i13: [121.511, 31.287], i14: [121.51, 31.2805], i15: [121.5075, 31.2735], i16: [121.525, 31.29],
  i17: [121.529, 31.2825], i18: [121.5275, 31.2765], i19: [121.519, 31.2765], i20: [121.513, 31.2752],
  i22: [121.5285, 31.2688], i23: [121.515, 31.2645], i24: [121.5325, 31.2625], i25: [121.536, 31.2785],
  i26: [121.5445, 31.2815], i27: [121.5495, 31.2735], i28: [121.5505, 31.284], i29: [121.554, 31.2965],
  i30: [121.5435, 31.2955], i31: [121.543, 31.288], i32: [121.533, 31.2935],
};

const subdistricts = [
  ['310110001', '定海路', 'i26 i28 r7 r8 r9 r10 i27', [121.5563, 31.2785]],
  ['310110006', '平凉路', 'w3s i23 i22 i24 r13 r14 r15 r16 w2', [121.5225, 31.2598]],
  ['310110008', '江浦路', 'w3s w3 w4 i15 i20 i19 i18 i22 i23', [121.5175, 31.27]],
  ['310110009', '四平路', 'w8 i12 i11 i13 i14 i20 i15 w4 w5 w6 w7', [121.499, 31.2835]],
  ['310110012', '控江路', 'i13 i11 i10 i16 i17 i18 i19 i20 i14', [121.519, 31.2833]],
  ['310110013', '长白新村', 'i26 i28 r7 r6 i29 i30 i31', [121.553, 31.29]],
  ['310110015', '延吉新村', 'i18 i17 i16 i32 i30 i31 i26 i25', [121.5362, 31.2868]],
  ['310110016', '殷行', 'i3 i4 i5 n3 r1 r2 r3 r4 i8 i7 i6', [121.535, 31.3245]],
  ['310110018', '大桥', 'i22 i18 i25 i26 i27 r10 r11 r12 r13 i24', [121.5395, 31.27]],
  ['310110019', '五角场', 'w8 w9 w10 w11 i1 i2 i3 i6 i9 i10 i11 i12', [121.4985, 31.3055]],
  ['310110020', '新江湾城', 'w11 w12 nw n1 n2 n3 i5 i4 i3 i2 i1', [121.503, 31.3305]],
  ['310110021', '长海路', 'i6 i7 i8 r4 r5 r6 i29 i30 i32 i16 i10 i9', [121.536, 31.3035]],
];

const roads = [
  ['中环路', 'expressway', [[121.474, 31.296], [121.4815, 31.2982], [121.492, 31.3003], [121.5, 31.3006], [121.5097, 31.301], [121.52, 31.3032], [121.533, 31.3062], [121.546, 31.3092], [121.56, 31.3118], [121.575, 31.315]]],
  ['内环高架', 'expressway', [[121.474, 31.288], [121.4835, 31.2885], [121.4905, 31.2835], [121.4985, 31.2803], [121.507, 31.2806], [121.516, 31.2812], [121.5228, 31.2803], [121.5258, 31.2742], [121.5282, 31.267], [121.535, 31.2612], [121.543, 31.2542], [121.549, 31.249]]],
  ['逸仙路', 'expressway', [[121.4835, 31.2885], [121.4812, 31.298], [121.4795, 31.309], [121.4818, 31.32], [121.4852, 31.334], [121.487, 31.348]]],
  ['四平路', 'main', [[121.4855, 31.2635], [121.4905, 31.27], [121.4965, 31.2772], [121.5022, 31.2855], [121.506, 31.293], [121.5097, 31.301]]],
  ['黄兴路', 'main', [[121.5097, 31.301], [121.5145, 31.293], [121.5192, 31.286], [121.5228, 31.2803]]],
  ['淞沪路', 'main', [[121.5097, 31.301], [121.5082, 31.309], [121.5052, 31.319], [121.5015, 31.33], [121.499, 31.3435]]],
  ['控江路', 'main', [[121.502, 31.2712], [121.51, 31.2735], [121.518, 31.2765], [121.5262, 31.2795], [121.535, 31.2828], [121.5475, 31.2868]]],
  ['周家嘴路', 'main', [[121.496, 31.262], [121.506, 31.266], [121.5165, 31.2705], [121.526, 31.2745], [121.5355, 31.278], [121.548, 31.2835]]],
  ['长阳路', 'main', [[121.5, 31.2575], [121.5085, 31.262], [121.516, 31.2648], [121.525, 31.2685], [121.536, 31.273], [121.545, 31.2778]]],
  ['平凉路', 'main', [[121.5105, 31.2582], [121.518, 31.261], [121.5268, 31.2642], [121.536, 31.2682], [121.545, 31.2738], [121.551, 31.2795]]],
  ['杨树浦路', 'main', [[121.503, 31.2515], [121.5115, 31.2545], [121.52, 31.2568], [121.5295, 31.2592], [121.538, 31.263], [121.547, 31.2672], [121.5535, 31.2725]]],
  ['大连路', 'main', [[121.5125, 31.254], [121.5088, 31.262], [121.502, 31.2712], [121.4965, 31.2772]]],
  ['军工路', 'main', [[121.548, 31.2758], [121.5492, 31.2835], [121.552, 31.292], [121.5535, 31.302], [121.5515, 31.3125], [121.547, 31.322], [121.54, 31.332], [121.5285, 31.3425]]],
  ['国和路', 'minor', [[121.5205, 31.287], [121.5248, 31.296], [121.5262, 31.3045], [121.5252, 31.314], [121.5225, 31.3215]]],
  ['殷行路', 'minor', [[121.4945, 31.3255], [121.5035, 31.325], [121.5165, 31.3265], [121.529, 31.328], [121.5428, 31.3285]]],
  ['政立路', 'minor', [[121.4815, 31.31], [121.492, 31.3095], [121.5025, 31.3095], [121.5082, 31.3095], [121.519, 31.3108]]],
  ['江浦路', 'minor', [[121.5165, 31.256], [121.5145, 31.2645], [121.5125, 31.2735], [121.5105, 31.2805], [121.509, 31.288]]],
  ['隆昌路', 'minor', [[121.5405, 31.2645], [121.5365, 31.273], [121.533, 31.2815], [121.529, 31.2915]]],
  ['嫩江路', 'minor', [[121.5165, 31.3145], [121.5265, 31.315], [121.538, 31.316], [121.55, 31.3165]]],
  ['闸殷路', 'minor', [[121.4985, 31.341], [121.511, 31.3382], [121.522, 31.337], [121.5345, 31.3368]]],
];

const bank = Array.from({ length: 16 }, (_, i) => corners[`r${i + 1}`]);
const bankAll = [[121.522, 31.368], [121.5285, 31.357], ...bank, [121.505, 31.2478], [121.498, 31.2435], [121.492, 31.237]];

const hash = (text) => {
  let value = 2166136261;
  for (const letter of text) value = Math.imul(value ^ letter.charCodeAt(0), 16777619);
  return ((value >>> 8) % 1000) / 1000;
};
const round = ([x, y]) => [Math.round(x * 1e5) / 1e5, Math.round(y * 1e5) / 1e5];

/** Points strictly between p1 and p2 on the Catmull-Rom curve through p0..p3. */
function curve(p0, p1, p2, p3, steps) {
  const points = [];
  for (let i = 1; i < steps; i++) {
    const t = i / steps;
    points.push([0, 1].map((k) => 0.5 * (2 * p1[k] + (p2[k] - p0[k]) * t + (2 * p0[k] - 5 * p1[k] + 4 * p2[k] - p3[k]) * t * t + (3 * p1[k] - p0[k] - 3 * p2[k] + p3[k]) * t ** 3)));
  }
  return points;
}
function smooth(points, steps = 6) {
  const out = [points[0]];
  for (let i = 0; i + 1 < points.length; i++) {
    out.push(...curve(points[Math.max(0, i - 1)], points[i], points[i + 1], points[Math.min(points.length - 1, i + 2)], steps), points[i + 1]);
  }
  return out.map(round);
}

/** Points strictly between two corners: the river's curve on the bank, else a small fixed wiggle. */
function between(a, b) {
  const [ia, ib] = [bankAll.indexOf(corners[a]), bankAll.indexOf(corners[b])];
  if (ia >= 0 && ib >= 0) {
    const low = Math.min(ia, ib);
    const points = curve(bankAll[low - 1], bankAll[low], bankAll[low + 1], bankAll[low + 2], 6);
    return ia < ib ? points : points.reverse();
  }
  const [from, to] = a < b ? [a, b] : [b, a];
  const [p, q] = [corners[from], corners[to]];
  const points = [1, 2, 3].map((i) => {
    const shift = (hash(`${from}${to}${i}`) - 0.5) * 0.09 * (i === 2 ? 1 : 0.7);
    return [p[0] + ((q[0] - p[0]) * i) / 4 - (q[1] - p[1]) * shift, p[1] + ((q[1] - p[1]) * i) / 4 + (q[0] - p[0]) * shift];
  });
  return a < b ? points : points.reverse();
}
function ring(names) {
  const out = [];
  names.forEach((name, i) => out.push(corners[name], ...between(name, names[(i + 1) % names.length])));
  return [...out, out[0]].map(round);
}

const outline = 'nw n1 n2 n3 r1 r2 r3 r4 r5 r6 r7 r8 r9 r10 r11 r12 r13 r14 r15 r16 w2 w3s w3 w4 w5 w6 w7 w8 w9 w10 w11 w12'.split(' ');
const west = smooth(bankAll);
const east = smooth(bankAll.map(([x, y], i) => {
  const [a, b] = [bankAll[Math.max(0, i - 1)], bankAll[Math.min(bankAll.length - 1, i + 1)]];
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = Math.hypot(dx, dy);
  // The river is 400 to 550 m wide here.
  return [x - (dy / length) * 0.0056, y + (dx / length) * 0.0046];
}));
const polygon = (coordinates, properties) => ({ type: 'Feature', properties, geometry: { type: 'Polygon', coordinates: [coordinates] } });
const line = (coordinates, properties) => ({ type: 'Feature', properties, geometry: { type: 'LineString', coordinates } });
const point = (coordinates, properties) => ({ type: 'Feature', properties, geometry: { type: 'Point', coordinates } });
const collection = (features) => ({ type: 'FeatureCollection', features });

const island = smooth([[121.5575, 31.2688], [121.5612, 31.2735], [121.5622, 31.281], [121.5605, 31.2885], [121.5592, 31.2915], [121.5588, 31.2905], [121.5592, 31.282], [121.5585, 31.2745], [121.5562, 31.2692], [121.5575, 31.2688]], 3);

process.stdout.write(JSON.stringify({
  district: collection([polygon(ring(outline), { name: '杨浦区' })]),
  subdistricts: collection(subdistricts.map(([id, name, names]) => polygon(ring(names.split(' ')), { id, name }))),
  names: collection(subdistricts.map(([id, name, , at]) => point(at, { id, name }))),
  water: collection([
    polygon([...west, ...[...east].reverse(), west[0]], { name: '黄浦江' }),
    // The channel behind Fuxing island.
    line(smooth([[121.5545, 31.2662], [121.5558, 31.27], [121.5572, 31.2752], [121.5578, 31.283], [121.5572, 31.2898], [121.558, 31.2945], [121.5645, 31.2955]], 4), { name: '复兴岛运河' }),
  ]),
  island: collection([polygon(island, { name: '复兴岛' })]),
  roads: collection(roads.map(([name, kind, points]) => line(smooth(points, 5), { name, kind }))),
  places: collection([
    point([121.571, 31.278], { name: '黄浦江', kind: 'water' }),
    point([121.5455, 31.254], { name: '黄浦江', kind: 'water' }),
    point([121.4855, 31.272], { name: '虹口区', kind: 'district' }),
    point([121.4745, 31.325], { name: '宝山区', kind: 'district' }),
    point([121.578, 31.262], { name: '浦东新区', kind: 'district' }),
    point([121.5785, 31.31], { name: '浦东新区', kind: 'district' }),
  ]),
}));
