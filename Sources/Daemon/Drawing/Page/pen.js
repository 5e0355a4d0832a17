// The pen: what is seen over the still, and the hands that draw. The rest of the page is in draw.js.

// ---- What is seen

const tint = [255, 45, 85];

// Shows a part of the mask anew, all of it by default.
function redraw(left = 0, top = 0, right = width, bottom = height) {
  // Whether a pixel lies at an edge depends on those beside it.
  left = Math.max(0, left - 1), top = Math.max(0, top - 1);
  right = Math.min(width, right + 1), bottom = Math.min(height, bottom + 1);
  if (right <= left || bottom <= top) return;
  const part = new ImageData(right - left, bottom - top);
  for (let y = top, place = 0; y < bottom; y++) {
    for (let x = left; x < right; x++, place += 4) {
      const index = y * width + x;
      if (!isHole(index)) continue;
      const isInside = x > 0 && y > 0 && x < width - 1 && y < height - 1 && isHole(index - 1) && isHole(index + 1)
        && isHole(index - width) && isHole(index + width);
      part.data.set(tint, place);
      part.data[place + 3] = isInside ? 110 : 235;
    }
  }
  overlay.getContext('2d').putImageData(part, left, top);
}

// The pen and what is being drawn have the screen's pixels, however few the still has.
function fit() {
  hand.width = stage.clientWidth * devicePixelRatio;
  hand.height = stage.clientHeight * devicePixelRatio;
  stage.classList.toggle('coarse', stage.clientWidth > 1.5 * width);
  drawHand();
}
new ResizeObserver(fit).observe(stage);

function drawHand() {
  const ink = hand.getContext('2d'), scale = hand.width / width, unit = devicePixelRatio;
  const way = new Path2D(), at = point => [point.x * scale, point.y * scale];
  ink.clearRect(0, 0, hand.width, hand.height);
  if (shape?.tool === 'rect') {
    const box = boxOf(shape.points[0], pen);
    way.rect(box.x * scale, box.y * scale, box.w * scale, box.h * scale);
  } else if (shape?.tool === 'poly') {
    [...shape.points, pen].forEach(point => way.lineTo(...at(point)));
    shape.points.forEach((point, index) => {
      const [x, y] = at(point), side = (index ? 2.5 : 4) * unit;
      way.rect(x - side, y - side, 2 * side, 2 * side);
    });
  }
  if (pen.shown && isBrush()) {
    const [x, y] = at(pen);
    way.moveTo(x + radius() * scale, y);
    way.arc(x, y, radius() * scale, 0, 7);
  } else if (pen.shown) {
    const [x, y] = at(pen), arm = 9 * unit;
    way.moveTo(x - arm, y), way.lineTo(x + arm, y);
    way.moveTo(x, y - arm), way.lineTo(x, y + arm);
  }
  for (const [colour, thick] of [['rgb(0 0 0 / .6)', 3.5], ['#fff', 1.5]]) {
    ink.strokeStyle = colour;
    ink.lineWidth = thick * unit;
    ink.stroke(way);
  }
}

// ---- Drawing

const isBrush = () => ['brush', 'erase'].includes(tool());
const radius = () => size.value / 2;
const boxOf = (a, b) =>
  ({ x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), w: Math.abs(a.x - b.x), h: Math.abs(a.y - b.y) });

// Where edges are for shapes, and a pixel's middle for the brush. Units: pixels of the still.
function place(event) {
  const box = stage.getBoundingClientRect();
  const across = (event.clientX - box.left) * width / box.width, down = (event.clientY - box.top) * height / box.height;
  return isBrush()
    ? { x: Math.floor(across) + .5, y: Math.floor(down) + .5 }
    : { x: clamp(Math.round(across), width), y: clamp(Math.round(down), height) };
}
const clamp = (value, end) => Math.min(Math.max(value, 0), end);

function press() {
  if (stage.hasAttribute('aria-busy')) return;
  if (filled) { setFilled(false); busy('', async () => setStill(await ask('GET', 'still'))); return; }
  const at = { x: pen.x, y: pen.y };
  if (isBrush()) {
    remember();
    strokes = strokes?.slice() ?? new Uint8Array(width * height);
    shape = { tool: tool(), points: [at] };
    dab(at, at);
  } else if (shape?.tool === 'poly') {
    const first = shape.points[0];
    if (shape.points.length > 2 && Math.hypot(at.x - first.x, at.y - first.y) * stage.clientWidth / width < 8) return close();
    const last = shape.points.at(-1);
    if (at.x !== last.x || at.y !== last.y) shape.points.push(at);
  } else {
    shape = { tool: tool(), points: [at] };
  }
  settle();
  drawHand();
}

function move() {
  if (shape && shape.tool !== 'rect' && shape.tool !== 'poly') {
    const last = shape.points[0];
    shape.points = [{ x: pen.x, y: pen.y }];
    dab(last, pen);
  }
  drawHand();
}

function lift() {
  if (shape === null || shape.tool === 'poly') return;
  const { tool, points } = shape;
  shape = null;
  if (tool === 'rect') {
    const box = boxOf(points[0], pen);
    if (box.w && box.h) add(`rect:${box.x},${box.y},${box.w},${box.h}`);
  }
  settle();
  drawHand();
}

function close() {
  if (shape?.tool !== 'poly') return;
  const { points } = shape;
  shape = null;
  if (points.length > 2) add('poly:' + points.map(point => `${point.x},${point.y}`).join(','));
  settle();
  drawHand();
}

function giveUp() {
  if (shape && shape.tool !== 'rect' && shape.tool !== 'poly') return lift();
  shape = null;
  settle();
  drawHand();
}

// Paints every pixel whose middle is no further from the way between two places than the brush's radius.
function dab(from, to) {
  const r = radius(), value = tool() === 'erase' ? 2 : 1;
  const left = Math.max(0, Math.floor(Math.min(from.x, to.x) - r));
  const right = Math.min(width, Math.ceil(Math.max(from.x, to.x) + r));
  const top = Math.max(0, Math.floor(Math.min(from.y, to.y) - r));
  const bottom = Math.min(height, Math.ceil(Math.max(from.y, to.y) + r));
  const dx = to.x - from.x, dy = to.y - from.y, length = dx * dx + dy * dy;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const along = length ? clamp(((x + .5 - from.x) * dx + (y + .5 - from.y) * dy) / length, 1) : 0;
      const ox = x + .5 - from.x - along * dx, oy = y + .5 - from.y - along * dy;
      if (ox * ox + oy * oy <= r * r) strokes[y * width + x] = value;
    }
  }
  redraw(left, top, right, bottom);
}

// ---- Hands

stage.addEventListener('pointerdown', event => {
  if (event.button !== 0) return;
  stage.focus({ preventScroll: true });
  stage.setPointerCapture(event.pointerId);
  Object.assign(pen, place(event), { shown: isBrush() });
  press();
  event.preventDefault();
});
stage.addEventListener('pointermove', event => {
  if (event.pointerType === 'mouse' && shape !== null && shape.tool !== 'poly' && event.buttons === 0) lift();
  const steps = shape && isBrush() ? event.getCoalescedEvents?.() ?? [] : [];
  for (const step of steps.length ? steps : [event]) {
    Object.assign(pen, place(step), { shown: isBrush() });
    move();
  }
});
stage.addEventListener('pointerup', lift);
stage.addEventListener('pointercancel', giveUp);
stage.addEventListener('pointerleave', () => { pen.shown = false; drawHand(); });
stage.addEventListener('dblclick', close);

stage.addEventListener('keydown', event => {
  const step = event.shiftKey ? 10 : 1;
  const way = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
  if (way) {
    const edge = isBrush() ? .5 : 0;
    const [x, y] = [Math.floor(pen.x) + way[0], Math.floor(pen.y) + way[1]];
    pen = { x: clamp(x, width - 2 * edge) + edge, y: clamp(y, height - 2 * edge) + edge, shown: true };
    status.textContent = `Pen at ${Math.floor(pen.x)}, ${Math.floor(pen.y)}`;
    move();
  } else if (event.key === ' ') {
    if (event.repeat) return;
    if (shape !== null && shape.tool !== 'poly') lift(); else press();
  } else if (event.key === 'Enter') {
    if (shape?.tool === 'poly') close(); else lift();
  } else {
    return;
  }
  event.preventDefault();
});

document.addEventListener('keydown', event => {
  if (event.key === 'Escape') return giveUp();
  if (event.target.matches('[type=text], [type=number]')) return;
  if ((event.ctrlKey || event.metaKey) && event.key === 'z') { undo.click(); event.preventDefault(); return; }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const choice = { r: 'rect', p: 'poly', b: 'brush', e: 'erase' }[event.key];
  if (choice) document.querySelector(`[value=${choice}]`).click();
  if (event.key === '[' || event.key === ']') {
    size.value = +size.value + (event.key === ']' ? 2 : -2);
    size.dispatchEvent(new Event('input'));
  }
});

document.querySelectorAll('[name=tool]').forEach(choice => choice.addEventListener('change', () => {
  document.getElementById('width').classList.toggle('idle', !isBrush());
  giveUp();
}));
size.addEventListener('input', () => {
  document.getElementById('diameter').textContent = `${size.value} px`;
  drawHand();
});
