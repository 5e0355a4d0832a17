// A filler in C++ that holds a frame back: fills the hole with the mean colour of what is round it, in this frame and
// in the next one.
//
//   c++ -shared -fPIC -O2 -std=c++17 -I"$(pkg-config --variable=includedir inpaintd-plugin)" \
//       -o libfill-average.so fill-average.cpp
#include <array>
#include <cstdio>
#include <deque>
#include <exception>
#include <vector>

#include "inpaint_plugin.h"

namespace {

struct Picture {
  int width, height;
  std::vector<uint8_t> pixels;
  std::vector<uint8_t> hole;
  std::array<long, 4> sums{};  // R, G, B, and how many pixels

  explicit Picture(const InpaintRegion &region) : width(region.width), height(region.height) {
    for (int y = 0; y < height; y++) {
      const uint8_t *row = region.pixels + y * region.stride;
      pixels.insert(pixels.end(), row, row + 3 * width);
      const uint8_t *marks = region.hole + y * region.hole_stride;
      hole.insert(hole.end(), marks, marks + width);
      for (int x = 0; x < width; x++) {
        if (marks[x]) continue;
        for (int channel = 0; channel < 3; channel++) sums[channel] += row[3 * x + channel];
        sums[3]++;
      }
    }
  }
};

struct Average {
  std::deque<Picture> held;
  bool is_ending = false;
};

// Nothing that C++ throws may leave a function that a host calls.
template <typename Body>
int32_t guarded(InpaintProblem *problem, Body body) {
  try {
    return body();
  } catch (const std::exception &error) {
    std::snprintf(problem->text, sizeof problem->text, "%s", error.what());
    return INPAINT_FAILED;
  }
}

void *create(const InpaintPlugin *, const InpaintValue *, size_t, InpaintProblem *) { return new (std::nothrow) Average; }

void destroy(void *instance) { delete static_cast<Average *>(instance); }

void flush(void *instance) { *static_cast<Average *>(instance) = Average{}; }

int32_t delay(void *) { return 1; }

int32_t send(void *instance, const InpaintRegion *region, InpaintProblem *problem) {
  return guarded(problem, [&] {
    static_cast<Average *>(instance)->held.emplace_back(*region);
    return INPAINT_OK;
  });
}

int32_t receive(void *instance, InpaintRegion *region, InpaintProblem *problem) {
  return guarded(problem, [&] {
    auto &average = *static_cast<Average *>(instance);
    if (average.held.empty() || (average.held.size() < 2 && !average.is_ending)) return INPAINT_AGAIN;
    const Picture &picture = average.held.front();
    const Picture &next = average.held[average.held.size() > 1 ? 1 : 0];
    const long count = picture.sums[3] + next.sums[3];
    for (int y = 0; y < picture.height; y++) {
      uint8_t *row = region->pixels + y * region->stride;
      for (int x = 0; x < picture.width; x++) {
        for (int channel = 0; channel < 3; channel++) {
          const size_t index = 3 * (size_t(y) * picture.width + x) + channel;
          const long sum = picture.sums[channel] + next.sums[channel];
          row[3 * x + channel] =
              picture.hole[index / 3] ? uint8_t(count ? sum / count : 128) : picture.pixels[index];
        }
      }
    }
    average.held.pop_front();
    return INPAINT_OK;
  });
}

int32_t drain(void *instance, InpaintProblem *) {
  static_cast<Average *>(instance)->is_ending = true;
  return INPAINT_OK;
}

InpaintPlugin make_table() {
  InpaintPlugin table{};
  table.abi_version = INPAINT_PLUGIN_ABI_VERSION;
  table.struct_size = sizeof(InpaintPlugin);
  table.kind = INPAINT_PLUGIN_FILLER;
  table.name = "fill-average";
  table.version = "1.0";
  table.summary = "The mean colour round the hole, over two frames";
  table.create = create;
  table.destroy = destroy;
  table.flush = flush;
  table.delay = delay;
  table.send = send;
  table.receive = receive;
  table.drain = drain;
  return table;
}

}  // namespace

extern "C" const InpaintPlugin *inpaint_plugin(void) {
  static const InpaintPlugin table = make_table();
  return &table;
}
