"""Trains STTN from nothing by the clock: Muon for matrices, AdamW for the rest, log mean square error in the hole."""
import argparse
import math
import os
import time

import torch
import torch.nn as nn

import sttn
from samples import Bank
from sttn import STTN, load_safetensors, save_safetensors

ap = argparse.ArgumentParser()
ap.add_argument('--data', required=True)
ap.add_argument('--out', required=True)
ap.add_argument('--minutes', type=float, default=9.1, help='all of it, start and compiling included')
ap.add_argument('--channels', type=int, default=128)
ap.add_argument('--blocks', type=int, default=5)
ap.add_argument('--widths', default='64,64,128')
ap.add_argument('--decoder', default='64,48,32')
ap.add_argument('--pixels', type=float, default=5.5e6, help='pixels of all frames of a step')
ap.add_argument('--frames', type=int, default=8)
ap.add_argument('--muon', type=float, default=.004, help='learning rate of the matrices; in short trials .016 stalled and .04 diverged')
ap.add_argument('--adam', type=float, default=1e-3)
ap.add_argument('--decay', type=float, default=.6, help='share of the time over which the rate falls to nothing')
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
if a.compile:
    sttn.fuse(lambda f: torch.compile(f, dynamic=True))


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
SHARE = [s / sum(SHARE) for s in SHARE]
print(f'{len(bank.starts)} clips, {len(bank.frames)} frames, {len(bank.photos)} photographs, {sum(p.numel() for p in params) / 1e6:.2f} M parameters, {device}, {time.time() - began:.0f} s', flush=True)


def losses(x, m, causal):
    with torch.autocast(device, half):
        y = net(x * (1 - m), m, causal)
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
            sttn.fuse(lambda f: f)
print(f'warm after {time.time() - began:.0f} s', flush=True)
start, mark = time.time(), 0
total = a.minutes * 60 - (start - began)
while True:
    spent = time.time() - start
    if spent > total:
        break
    p = spent / total
    rate = min(1, (it + 1) / 150) * min(1, (1 - p) / a.decay)
    h, w = SIZES[bank.r.choice(len(SIZES), p=SHARE)]
    b = max(1, round(a.pixels / (a.frames * h * w)))
    x, m = bank.batch(b, a.frames, h, w)
    hole, valid = losses(x, m, bank.r.random() < a.causal)
    for q in params:
        q.grad = None
    (hole + (.5 if p < .5 else .25) * valid).backward()
    torch.nn.utils.clip_grad_norm_(rest, 1.0)
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
