'use strict';
const [take, frame, frames, undo, clear, fill, save, stage, still, overlay, hand, field, size, problem, status] =
  ['take', 'frame', 'frames', 'undo', 'clear', 'fill', 'save', 'stage', 'still', 'overlay', 'hand', 'expression', 'size',
    'problem', 'status'].map(id => document.getElementById(id));

let width = 0, height = 0;
let base;            // the expression's mask as the server paints it: a byte a pixel, 1 is hole
let strokes = null;  // brush strokes over it: 0 nothing, 1 painted, 2 erased; null before the first. Never changed in place
                     // once a stroke is over, so that the past can keep it
let shape = null;    // what is being drawn: {tool, points}
let pen = { x: 0, y: 0, shown: false };
let past = [];
let filled = false;
let timer = null, asked = 0, isPainting = false;
const tool = () => document.querySelector('[name=tool]:checked').value;

// ---- The server

async function ask(method, path, body, type = 'text/plain') {
  const answer = await fetch(path, { method, body, headers: body === undefined ? {} : { 'Content-Type': type } })
    .catch(() => { throw new Error('inpaintd has ended: nothing can be asked any more'); });
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => null);
  throw new Error(told?.error.message ?? `HTTP status ${answer.status}`);
}

// Shows an error below the expression.
function complain(error) {
  problem.textContent = error?.message ?? '';
  field.setAttribute('aria-invalid', columnOf(error) !== null);
}

const columnOf = error => /column (\d+)/.exec(error?.message)?.[1] ?? null;

async function busy(words, work) {
  status.textContent = words;
  const buttons = [take, fill, save];
  buttons.forEach(button => button.disabled = true);
  stage.setAttribute('aria-busy', true);
  try {
    await work();
  } catch (error) {
    status.textContent = '';
    complain(error);
    const column = columnOf(error);
    if (column) {
      field.focus();
      field.setSelectionRange(column - 1, column - 1);
    }
  } finally {
    buttons.forEach(button => button.disabled = false);
    stage.removeAttribute('aria-busy');
  }
}

// ---- The still

async function show(blob) {
  const before = still.src;
  still.src = URL.createObjectURL(blob);
  await still.decode();
  if (before) URL.revokeObjectURL(before);
}

async function setStill(answer) {
  await show(await answer.blob());
  setFilled(false);
  if (still.naturalWidth !== width || still.naturalHeight !== height) {
    [width, height] = [still.naturalWidth, still.naturalHeight];
    [overlay.width, overlay.height] = [width, height];
    stage.style.setProperty('--w', width);
    stage.style.setProperty('--h', height);
    base = new Uint8Array(width * height);
    strokes = null;
    past = past.filter(step => step.strokes === null);
    size.max = Math.max(20, Math.round(height / 3));
    size.value = Math.max(4, Math.round(height / 24));
    size.dispatchEvent(new Event('input'));
  }
  fit();
  await paint();
  status.textContent = `${width} × ${height} pixels`;
}

function setFilled(isFilled) {
  filled = isFilled;
  fill.setAttribute('aria-pressed', isFilled);
  stage.classList.toggle('filled', isFilled);
}

// ---- The mask

// Has the expression painted, as any other part of inpaintd would paint it.
async function paint() {
  clearTimeout(timer);
  const turn = ++asked;
  isPainting = true;
  try {
    let pixels = null;
    if (field.value.trim()) pixels = await whiteOf(await (await ask('POST', 'mask', field.value)).blob());
    if (turn !== asked) return;
    base = pixels ?? new Uint8Array(width * height);
    complain(null);
    redraw();
  } catch (error) {
    if (turn === asked) complain(error);
    throw error;
  } finally {
    if (turn === asked) isPainting = false;
  }
}

async function whiteOf(blob) {
  const picture = await createImageBitmap(blob);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(picture, 0, 0);
  const colours = context.getImageData(0, 0, width, height).data;
  return Uint8Array.from({ length: width * height }, (_, index) => colours[4 * index] >> 7);
}

const isHole = index => strokes?.[index] ? strokes[index] === 1 : base[index] === 1;

// What is filled and saved: the expression, or a picture where there are brush strokes.
async function drawing() {
  await paint();
  if (!strokes?.some(stroke => stroke)) return [field.value, 'text/plain'];
  const canvas = new OffscreenCanvas(width, height);
  const picture = new ImageData(width, height);
  for (let index = 0; index < width * height; index++) {
    picture.data.fill(isHole(index) ? 255 : 0, 4 * index, 4 * index + 3);
    picture.data[4 * index + 3] = 255;
  }
  canvas.getContext('2d').putImageData(picture, 0, 0);
  return [await canvas.convertToBlob({ type: 'image/png' }), 'image/png'];
}

// Before a change: what is to be had back.
function remember(text = field.value) {
  past.push({ text, strokes });
  if (past.length > 60) past.shift();
  status.textContent = '';
  setFilled(false);
  settle();
}

function settle() {
  undo.disabled = past.length === 0 && shape === null;
  clear.disabled = !field.value && strokes === null;
  document.getElementById('strokes').hidden = strokes === null;
}

const repaint = () => paint().catch(() => { });

function add(term) {
  remember();
  field.value = field.value.trim() ? `${field.value.trim()} + ${term}` : term;
  status.textContent = `Added ${term}`;
  settle();
  repaint();
}

// ---- Buttons

undo.addEventListener('click', () => {
  if (shape?.tool === 'poly' && shape.points.length > 1) {
    shape.points.pop();
    return drawHand();
  }
  if (shape) return giveUp();
  const step = past.pop();
  if (!step) return;
  field.value = before = step.text;
  strokes = step.strokes;
  status.textContent = '';
  setFilled(false);
  settle();
  repaint();
});

clear.addEventListener('click', () => {
  remember();
  field.value = '';
  strokes = null;
  settle();
  repaint();
});

let before = '';
field.addEventListener('focus', () => before = field.value);
field.addEventListener('input', () => {
  clearTimeout(timer);
  isPainting = true;
  timer = setTimeout(repaint, 250);
});
field.addEventListener('change', () => {
  if (field.value === before) return;
  remember(before);
  before = field.value;
  repaint();
});

const newStill = () => busy('Taking a still…', async () =>
  setStill(await ask('POST', 'still', frames.hidden ? undefined : frame.value)));
take.addEventListener('click', newStill);
frame.addEventListener('change', newStill);

fill.addEventListener('click', () => busy(filled ? '' : 'Filling…', async () => {
  if (filled) return setStill(await ask('GET', 'still'));
  const [body, type] = await drawing();
  await show(await (await ask('POST', 'fill', body, type)).blob());
  setFilled(true);
  status.textContent = 'This is the fill. Fill again shows the still.';
}));

save.addEventListener('click', () => busy('Saving…', async () => {
  const [body, type] = await drawing();
  const answer = await (await ask('POST', 'save', body, type)).json();
  status.textContent = `Saved to ${answer.saved}.`;
}));

busy('Loading…', async () => {
  const start = await (await ask('GET', 'start')).json();
  document.getElementById('source').textContent = start.source;
  document.title = `Draw a mask – ${start.source}`;
  save.title = `Save to ${start.target}`;
  frames.hidden = start.frame === undefined;
  frame.value = start.frame ?? 1;
  field.value = before = start.mask;
  await setStill(await ask('GET', 'still'));
  settle();
});
