"""Trains STTN from nothing by the clock: Muon for matrices, AdamW for the rest, log mean square error in the hole."""
import argparse, json, math, os, shutil, time
import torch
import torch.nn as nn
import torch.nn.functional as F
from samples import Bank
from sttn import GRID, STTN, save_safetensors, load_safetensors

ap = argparse.ArgumentParser()
ap.add_argument('--data', required=True)
ap.add_argument('--out', required=True)
ap.add_argument('--minutes', type=float, default=11.5)
ap.add_argument('--channels', type=int, default=128)
ap.add_argument('--blocks', type=int, default=5)
ap.add_argument('--widths', default='64,64,128')
ap.add_argument('--decoder', default='64,48,32')
ap.add_argument('--pixels', type=float, default=5.5e6, help='pixels of all frames of a step')
ap.add_argument('--frames', type=int, default=8)
ap.add_argument('--muon', type=float, default=.02)
ap.add_argument('--adam', type=float, default=1e-3)
ap.add_argument('--decay', type=float, default=.45, help='share of the time over which the rate falls to nothing')
ap.add_argument('--causal', type=float, default=.67)
ap.add_argument('--compile', type=int, default=1)
ap.add_argument('--seed', type=int, default=0)
ap.add_argument('--every', type=float, default=60)
ap.add_argument('--small', type=int, default=0)
ap.add_argument('--resume', default='')
a = ap.parse_args()
device = 'cuda' if torch.cuda.is_available() else 'cpu'
torch.manual_seed(a.seed)
torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
torch._dynamo.config.cache_size_limit = 256
half = torch.bfloat16
os.makedirs(a.out, exist_ok=True)
began = time.time()


def bend(x, b):
    return F.leaky_relu(x + b.to(x.dtype)[None, :, None, None], .2)


def bend_onto(x, b, onto):
    return onto + F.leaky_relu(x + b.to(x.dtype)[None, :, None, None], .2)


def bend_tanh(x, b):
    return torch.tanh(x.float() + b[None, :, None, None])


eager = (bend, bend_onto, bend_tanh)
act, act_onto, act_tanh = [torch.compile(f, dynamic=True) for f in eager] if a.compile else eager


def conv(x, layer, **k):
    return F.conv2d(x, layer.weight, None, layer.stride, layer.padding, layer.dilation)


class Doubling:
    """Bilinear doubling with aligned corners as two matrix products over NHWC."""
    made = {}

    @classmethod
    def matrix(cls, n, like):
        if n not in cls.made:
            cls.made[n] = F.interpolate(torch.eye(n)[None], scale_factor=2, mode='linear', align_corners=True)[0].t().contiguous().to(like)
        return cls.made[n]

    @classmethod
    def apply(cls, x):
        n, c, h, w = x.shape
        y = x.permute(0, 2, 3, 1).reshape(n, h, w * c)
        y = torch.matmul(cls.matrix(h, x), y).reshape(n * 2 * h, w, c)
        y = torch.matmul(cls.matrix(w, x), y).reshape(n, 2 * h, 2 * w, c)
        return y.permute(0, 3, 1, 2)


def biases(m, b, t, causal, dtype):
    """What is added to the scores of each head: far down where a key is mostly hole, farther where it is later."""
    h, w = m.shape[-2:]
    out = []
    for g in GRID:
        hole = m.reshape(b, t, g, h // g, g, w // g).mean((3, 5)).reshape(b, 1, t * g * g) > .5
        s = torch.zeros(b, 1, t * g * g, device=m.device, dtype=dtype).masked_fill(hole, -1e9)
        if causal:
            f = torch.arange(t, device=m.device).repeat_interleave(g * g)
            s = s.expand(b, t * g * g, t * g * g).masked_fill(f[None, :, None] < f[None, None, :], -2e9)
        out.append(s)
    return out


def attend(block, x, add, b):
    bt, c, h, w = x.shape
    t, d = bt // b, c // len(GRID)
    weight = torch.cat([block.q.weight, block.k.weight, block.v.weight])
    bias = torch.cat([block.q.bias, block.k.bias, block.v.bias])
    x = F.conv2d(x, weight) + bias.to(half)[None, :, None, None]
    x = x.permute(0, 2, 3, 1).reshape(b, t, h, w, 3, len(GRID), d)
    heads = []
    for i, g in enumerate(GRID):
        ph, pw = h // g, w // g
        z = x[..., i, :].reshape(b, t, g, ph, g, pw, 3, d).permute(6, 0, 1, 2, 4, 3, 5, 7).reshape(3, b, t * g * g, ph * pw * d)
        q, k, v = z[0], z[1], z[2]
        scores = torch.baddbmm(add[i].expand(b, t * g * g, t * g * g), q, k.transpose(1, 2), alpha=1 / math.sqrt(ph * pw * d))
        y = torch.bmm(scores.float().softmax(-1).to(half), v)
        heads.append(y.reshape(b, t, g, g, ph, pw, d).permute(0, 1, 2, 4, 3, 5, 6).reshape(bt, h, w, d))
    return torch.cat(heads, -1).permute(0, 3, 1, 2)


def forward(net, frames, masks, causal):
    b, t = frames.shape[:2]
    x = frames.flatten(0, 1).to(half).contiguous(memory_format=torch.channels_last)
    with torch.autocast(device, half):
        for e in net.enc:
            x = act(conv(x, e), e.bias)
        add = biases(F.interpolate(masks.flatten(0, 1), scale_factor=.25)[:, 0], b, t, causal, half)
        for block in net.blocks:
            y = conv(attend(block, x, add, b), block.out)
            x = act_onto(y, block.out.bias, x)
            y = act(conv(x, block.ff1), block.ff1.bias)
            x = act_onto(conv(y, block.ff2), block.ff2.bias, x)
        d = net.dec
        x = act(conv(Doubling.apply(x), d[0]), d[0].bias)
        x = act(conv(x, d[1]), d[1].bias)
        x = act(conv(Doubling.apply(x), d[2]), d[2].bias)
        return act_tanh(conv(x, d[3]), d[3].bias).unflatten(0, (b, t))


class Muon:
    """Momentum, made orthogonal by Newton and Schulz, of the kernels as matrices; those of one shape together."""

    def __init__(self, params):
        groups = {}
        for p in params:
            groups.setdefault((p.shape[0], p[0].numel()), []).append(p)
        self.groups = list(groups.values())
        self.m = [torch.zeros(len(g), g[0].shape[0], g[0][0].numel(), device=g[0].device) for g in self.groups]

    @torch.no_grad()
    def step(self, lr, momentum):
        for g, m in zip(self.groups, self.m):
            grad = torch.stack([p.grad.reshape(p.shape[0], -1) for p in g]).float()
            m.lerp_(grad, 1 - momentum)
            u = grad.lerp(m, momentum).to(half)
            tall = u.shape[1] > u.shape[2]
            u = u.transpose(1, 2) if tall else u
            u = u / (u.float().norm(dim=(1, 2), keepdim=True).to(half) + 1e-7)
            for _ in range(5):
                s = u @ u.transpose(1, 2)
                u = 3.4445 * u + (-4.7750 * s + 2.0315 * s @ s) @ u
            u = u.transpose(1, 2) if tall else u
            torch._foreach_add_(g, [v.reshape(p.shape).float() for v, p in zip(u, g)], alpha=-lr * max(1, m.shape[1] / m.shape[2]) ** .5)


bank = Bank(a.data, device, a.seed)
net = STTN(a.channels, a.blocks, tuple(map(int, a.widths.split(','))), tuple(map(int, a.decoder.split(',')))).to(device, memory_format=torch.channels_last)
if a.resume:
    net.load_reference_state(load_safetensors(a.resume)[0])
kernels = [m.weight for n, m in net.named_modules() if isinstance(m, nn.Conv2d) and n not in ('enc.0', 'dec.3')]
rest = [p for p in net.parameters() if not any(p is k for k in kernels)]
muon, adam = Muon(kernels), torch.optim.AdamW(rest, lr=a.adam, betas=(.9, .99), weight_decay=0)
params = list(net.parameters())
ema = [p.detach().clone() for p in params]
SIZES, SHARE = ([(96, 240), (96, 432), (144, 192), (192, 336), (240, 432), (144, 288), (192, 192)], [3., 2, 2, 3, 2, 2, 2])
if a.small:
    SIZES, SHARE = ([(96, 96), (96, 144)], [1., 1])
print(f'{len(bank.starts)} clips, {len(bank.frames)} frames, {len(bank.photos)} photographs, {sum(p.numel() for p in params) / 1e6:.2f} M parameters, {device}, {time.time() - began:.0f} s', flush=True)


def losses(x, m, causal):
    y = forward(net, x * (1 - m), m, causal)
    square = ((y - x) ** 2 * m).sum((2, 3, 4))
    count = m.sum((2, 3, 4)) * 3
    weight = (count > 0).float()
    if causal:
        weight = weight * torch.linspace(.5, 1, x.shape[1], device=device)
    hole = (torch.log(square / count.clamp(min=1) + 2e-4) * weight).sum() / weight.sum().clamp(min=1)
    valid = ((y - x).abs() * (1 - m)).sum() / ((1 - m).sum() * 3 + 1e-6)
    return hole, valid


def save(spent):
    meta = dict(net.config(), training={'minutes': round(spent / 60, 1), 'samples': samples, 'steps': it, 'args': vars(a)})
    live = [p.detach().clone() for p in params]
    with torch.no_grad():
        torch._foreach_copy_(params, ema)
    name = os.path.join(a.out, 'sttn.safetensors')
    save_safetensors(name + '.part', net.reference_state(), meta)
    os.replace(name + '.part', name)
    with torch.no_grad():
        torch._foreach_copy_(params, live)


it, samples, saved, acc = 0, 0, time.time(), []
for h, w in SIZES:  # compiles what is to be compiled, and falls back where it cannot be
    for causal in (True, False):
        x, m = bank.batch(2, a.frames, h, w)
        try:
            sum(losses(x, m, causal)).backward()
        except Exception as error:
            print('not compiled:', repr(error)[:500], flush=True)
            act, act_onto, act_tanh = eager
print(f'warm after {time.time() - began:.0f} s', flush=True)
start, mark = time.time(), 0
total = a.minutes * 60 - (start - began)
while True:
    spent = time.time() - start
    if spent > total:
        break
    p = spent / total
    rate = min(1, (it + 1) / 150) * min(1, (1 - p) / a.decay)
    h, w = SIZES[bank.r.choice(len(SIZES), p=torch.tensor(SHARE).div(sum(SHARE)).numpy())]
    b = max(1, round(a.pixels / (a.frames * h * w)))
    x, m = bank.batch(b, a.frames, h, w)
    hole, valid = losses(x, m, bank.r.random() < a.causal)
    for q in params:
        q.grad = None
    (hole + (.5 if p < .5 else .25) * valid).backward()
    norm = torch.nn.utils.clip_grad_norm_(rest, 1.0)
    for g in adam.param_groups:
        g['lr'] = a.adam * rate
    adam.step()
    muon.step(a.muon * rate, .95 if it > 300 else .85 + .1 * it / 300)
    it += 1
    samples += b
    with torch.no_grad():
        torch._foreach_lerp_(ema, params, 1 - min(.998, (1 + it) / (10 + it)))
    acc.append(torch.stack([hole.detach(), valid.detach()]))
    if it % 200 == 0:
        q = torch.stack(acc).mean(0).tolist()
        acc = []
        print(f'{it}\t{spent:.0f} s\t{samples}\thole {10 * math.log10(4) - q[0] * 10 / math.log(10):.3f} dB\tvalid {q[1]:.4f}\t{200 / (spent - mark):.1f} steps/s', flush=True)
        mark = spent
    if time.time() - saved > a.every:
        saved = time.time()
        save(spent)
save(time.time() - start)
print('done', it, samples, flush=True)
