"""Writes the small weight files that the weight tests read, as PyTorch and safetensors really write them.

Run by hand, from anywhere: python3 scripts/goldens/weight_files.py. Needs torch and numpy.

Every file but the evil ones holds the same tiny STTN (8 channels, 1 block). Value n of the k-th tensor, tensors sorted
by name, is ((37 n + 11 k) mod 257 - 128) / 256, which half precision and bfloat16 hold exactly. The tests know the
formula too.
"""
import io
import json
import pathlib
import struct
import zipfile

import torch

FOLDER = pathlib.Path(__file__).resolve().parents[2] / 'Tests' / 'InpaintingTests' / 'Fixtures' / 'Weights'
ENCODER, DECODER, BLOCKS, GRIDS = [4, 4, 8, 8], [8, 4, 4, 3], 1, [[1, 1], [2, 3]]


def shapes():
    out, inputs = {}, 3

    def convolution(name, width, size=3):
        out[f'{name}.weight'], out[f'{name}.bias'] = (width, inputs, size, size), (width,)

    for index, width in enumerate(ENCODER):
        convolution(f'encoder.{2 * index}', width)
        inputs = width
    for block in range(BLOCKS):
        for part in ('query', 'key', 'value'):
            convolution(f'transformer.{block}.attention.{part}_embedding', inputs, 1)
        for part in ('attention.output_linear.0', 'feed_forward.conv.0', 'feed_forward.conv.2'):
            convolution(f'transformer.{block}.{part}', inputs)
    for name, width in zip(('decoder.0.conv', 'decoder.2', 'decoder.4.conv', 'decoder.6'), DECODER):
        convolution(name, width)
        inputs = width
    return out


def tensors(dtype=torch.float32):
    out = {}
    for k, (name, shape) in enumerate(sorted(shapes().items())):
        count = torch.Size(shape).numel()
        out[name] = (((torch.arange(count) * 37 + 11 * k) % 257 - 128) / 256).reshape(shape).to(dtype)
    return out


class Tiny(torch.nn.Module):
    """A module whose state_dict() is an OrderedDict with `_metadata`, as a real one's is."""

    def __init__(self, values):
        super().__init__()
        for name, value in values.items():
            *path, last = name.split('.')
            place = self
            for part in path:
                if part not in place._modules:
                    place.add_module(part, torch.nn.Module())
                place = place._modules[part]
            place.register_parameter(last, torch.nn.Parameter(value))


def odd_views(values):
    """The same values in storages as a careless program leaves them."""
    out = dict(values)
    name = 'encoder.2.weight'  # strides of another order
    out[name] = values[name].permute(3, 1, 0, 2).contiguous().permute(2, 1, 3, 0)
    name = 'encoder.4.weight'  # every second value of a longer row, behind an offset
    wide = torch.full((*values[name].shape[:-1], 7), 99.0)
    wide[..., 1::2] = values[name]
    out[name] = wide[..., 1::2]
    name = 'decoder.6.weight'  # channels-last
    out[name] = values[name].to(memory_format=torch.channels_last)
    pair = ('decoder.0.conv.bias', 'encoder.6.bias')  # two tensors in one storage
    both = torch.cat([values[name] for name in pair])
    out[pair[0]], out[pair[1]] = both[:8], both[8:]
    name = 'decoder.2.bias'
    out[name] = torch.nn.Parameter(values[name])
    out['encoder.num_batches_tracked'] = torch.tensor(7)  # no weight: left out by the reader
    return out


def save_safetensors(name, values, metadata):
    names = {torch.float16: 'F16', torch.bfloat16: 'BF16', torch.float32: 'F32', torch.float64: 'F64'}
    header, body = {'__metadata__': metadata} if metadata else {}, b''
    for key in sorted(values):
        raw = values[key].contiguous().view(torch.uint8).numpy().tobytes()
        header[key] = {'dtype': names[values[key].dtype], 'shape': list(values[key].shape),
                       'data_offsets': [len(body), len(body) + len(raw)]}
        body += raw
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    (FOLDER / name).write_bytes(struct.pack('<Q', len(text)) + text + body)


def save(name, value, zipped, location=None):
    tag = torch.serialization.location_tag
    if location:
        torch.serialization.location_tag = lambda storage: location
    try:
        torch.save(value, FOLDER / name, _use_new_zipfile_serialization=zipped)
    finally:
        torch.serialization.location_tag = tag


def rewrite_zip(source, target, replace=None, method=zipfile.ZIP_STORED):
    with zipfile.ZipFile(FOLDER / source) as old, zipfile.ZipFile(FOLDER / target, 'w', method) as new:
        for entry in old.infolist():
            data = old.read(entry)
            if replace and entry.filename.endswith('data.pkl'):
                data = replace
            new.writestr(zipfile.ZipInfo('some/other top/' + entry.filename.split('/', 1)[1]), data, method)


def save_zip64(source, target):
    """Moves every size and offset into the 64-bit records, as a file beyond 4 GiB has them."""
    local, directory = io.BytesIO(), b''
    with zipfile.ZipFile(FOLDER / source) as old:
        entries = [(entry.filename.encode(), old.read(entry), entry.CRC) for entry in old.infolist()]
    for name, data, crc in entries:
        at = local.tell()
        extra = struct.pack('<HHQQ', 1, 16, len(data), len(data))
        local.write(struct.pack('<4s5H3L2H', b'PK\3\4', 45, 0, 0, 0, 0, crc, 2**32 - 1, 2**32 - 1, len(name), len(extra)))
        local.write(name + extra + data)
        extra = struct.pack('<HHQQQ', 1, 24, len(data), len(data), at)
        directory += struct.pack('<4s6H3L5H2L', b'PK\1\2', 45, 45, 0, 0, 0, 0, crc, 2**32 - 1, 2**32 - 1,
                                 len(name), len(extra), 0, 0, 0, 0, 2**32 - 1) + name + extra
    at = local.tell()
    wide = struct.pack('<4sQ2H2L4Q', b'PK\6\6', 44, 45, 45, 0, 0, len(entries), len(entries), len(directory), at)
    locator = struct.pack('<4sLQL', b'PK\6\7', 0, at + len(directory), 1)
    end = struct.pack('<4s4H2LH', b'PK\5\6', 0, 0, 2**16 - 1, 2**16 - 1, 2**32 - 1, 2**32 - 1, 0)
    (FOLDER / target).write_bytes(local.getvalue() + directory + wide + locator + end)


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    values = tensors()
    metadata = {'format': 'sttn', 'channels': '8', 'blocks': '1', 'encoder': json.dumps(ENCODER),
                'decoder': json.dumps(DECODER), 'grids': json.dumps(GRIDS), 'mask_attention': 'true'}
    save_safetensors('tiny.safetensors', values, metadata)
    save_safetensors('half.safetensors', tensors(torch.float16), {'format': 'pt'})
    mixed = {name: value.to([torch.bfloat16, torch.float64][index % 2])
             for index, (name, value) in enumerate(sorted(values.items()))}
    save_safetensors('mixed.safetensors', mixed, {})

    published = {'netG': Tiny(values).state_dict()}
    assert published['netG']._metadata is not None
    odd = odd_views(values)
    mixed = {name: value.to([torch.float16, torch.bfloat16, torch.float64, torch.float32][index % 4])
             for index, (name, value) in enumerate(sorted(values.items()))}
    for form, zipped in (('zip', True), ('stream', False)):
        save(f'published.{form}.pth', published, zipped, location='cuda:0')
        save(f'odd.{form}.pth', {'iteration': 300000, 'lr': 1e-4, 'note': None, 'state_dict': odd}, zipped)
        save(f'mixed.{form}.pth', mixed, zipped)

    rewrite_zip('published.zip.pth', 'deflated.zip.pth', method=zipfile.ZIP_DEFLATED)
    save_zip64('published.zip.pth', 'wide.zip.pth')

    # What a pickle that runs a command looks like; nothing here loads it.
    call = b'cos\nsystem\nX\x04\0\0\0true\x85R'
    rewrite_zip('published.zip.pth', 'evil.zip.pth', replace=b'\x80\x02' + call + b'.')
    magic = bytes.fromhex('6cfc9c46f9206aa85019')
    system = b'\x80\x02}X\x0d\0\0\0little_endian\x88s.'
    stream = b'\x80\x02\x8a\x0a' + magic + b'.\x80\x02M\xe9\x03.' + system + b'\x80\x02}X\x04\0\0\0netG' + call + b's.'
    (FOLDER / 'evil.stream.pth').write_bytes(stream)


main()
