/// Dense optical flow by inverse search of patches, from coarse to fine.
///
/// Each patch of the first picture looks for its place in the second one by Gauss–Newton steps on its own gradients,
/// mean brightness left out of account, starting from the best of the coarser level's vector and its neighbours' ones;
/// then a pixel takes the mean of the patches over it, those that fit it better counting more.
///
/// Source: Kroeger, Timofte, Dai and Van Gool, "Fast Optical Flow using Dense Inverse Search", ECCV 2016, sections 2.1
/// and 2.2; the passing on of vectors between neighbours as in OpenCV's `DISOpticalFlow`.
///
/// Deviates: no variational refinement; the finest level is the picture itself.
enum PatchFlow {
    /// Pixels between two patches.
    private static let step = 4
    private static let passes = 2

    /// The motion from one picture to another of the same size. Pictures smaller than a patch have none.
    static func flow(from one: FlowPyramid, to other: FlowPyramid) -> FlowField {
        let coarsest = one.levels[one.levels.count - 1]
        var field = FlowField(
            width: coarsest.width, height: coarsest.height,
            vectors: .init(repeating: .zero, count: coarsest.width * coarsest.height))
        guard min(coarsest.width, coarsest.height) >= FlowPatch.side else { return field }
        for (from, to) in zip(one.levels, other.levels).reversed() {
            if field.width != from.width || field.height != from.height {
                field = field.resized(width: from.width, height: from.height)
            }
            field = refine(field, from: from, to: to)
        }
        return field
    }

    private static func refine(_ field: FlowField, from: FlowPyramid.Level, to: FlowPyramid.Level) -> FlowField {
        let (columns, rows) = (places(side: from.width), places(side: from.height))
        return from.luma.withUnsafeBufferPointer { one in
            to.luma.withUnsafeBufferPointer { other in
                let search = FlowSearch(
                    one: one, other: other, stride: from.stride, width: from.width, height: from.height)
                var patches: [FlowPatch] = []
                for y in rows {
                    for x in columns {
                        let middle = (y + FlowPatch.side / 2) * field.width + x + FlowPatch.side / 2
                        patches.append(search.patch(x: x, y: y, start: field.vectors[middle]))
                    }
                }
                for pass in 0..<passes { search.run(&patches, columns: columns.count, backwards: pass % 2 == 1) }
                return FlowField(width: field.width, height: field.height, vectors: search.dense(patches))
            }
        }
    }

    /// Where patches begin along a side: every few pixels, and at its end.
    private static func places(side: Int) -> [Int] {
        let last = side - FlowPatch.side
        return Array(Swift.stride(from: 0, to: last, by: step)) + [last]
    }
}
