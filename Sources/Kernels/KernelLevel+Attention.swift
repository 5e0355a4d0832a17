internal import CKernels

/// The three steps of attention. A head's channels of a channels-last map are a matrix: a row a pixel, and as many
/// floats from row to row as the map has channels.
extension KernelLevel {
    /// Turns a map's keys and values to the words that are kept, values `part` of every token.
    ///
    /// Shapes: keyMap and valueMap [H × W, head's channels]; part's ends are multiples of `PatchTokens.sizeStep` or the
    /// stored size.
    public func remember(
        _ tokens: PatchTokens, keys keyMap: MatrixView, values valueMap: MatrixView, part: Range<Int>,
        into keys: UnsafeMutableBufferPointer<UInt32>, _ values: UnsafeMutableBufferPointer<UInt32>
    ) {
        tokens.check(keyMap.rows, keyMap.columns)
        tokens.check(valueMap.rows, valueMap.columns)
        tokens.check(part: part)
        precondition(keyMap.stride == valueMap.stride, "keys and values lie in one map")
        precondition(keys.count == tokens.words && values.count == tokens.words, "all tokens have their room")
        var remembering = inpaintd_remembering(
            tokens: tokens.native, key_map: keyMap.base, value_map: valueMap.base, pixel_stride: keyMap.stride,
            first: part.lowerBound, last: part.upperBound, keys: keys.baseAddress, values: values.baseAddress)
        kernels.remember(&remembering)
    }

    /// Multiplies some queries by all keys, over some slices of the tokens.
    ///
    /// Shapes: queryMap [H × W, head's channels]; scores [frames × N, `scoreColumns`], of which the queries' columns are
    /// written; queries are at most `PatchTokens.scoredQueries`, from a multiple of `scoredStep` on.
    public func score(
        _ tokens: PatchTokens, _ queryMap: MatrixView, queries: Range<Int>, slices: Range<Int>,
        against attended: AttendedTokens, scratch: UnsafeMutableBufferPointer<Float>,
        into scores: UnsafeMutableBufferPointer<Float>
    ) {
        tokens.check(queryMap.rows, queryMap.columns)
        tokens.check(queries: queries, atMost: PatchTokens.scoredQueries, from: PatchTokens.scoredStep)
        precondition(slices.lowerBound >= 0 && slices.upperBound <= tokens.slices, "slices lie in their tokens")
        precondition(
            scratch.count >= tokens.scoringWords
                && scores.count == attended.frames * tokens.count * tokens.scoreColumns, "scores have their room")
        attended.keys.withUnsafeBufferPointer { keys in
            var scoring = inpaintd_scoring(
                tokens: tokens.native, query_map: queryMap.base, pixel_stride: queryMap.stride, keys: keys.baseAddress,
                frames: attended.frames, first_query: queries.lowerBound, last_query: queries.upperBound,
                first_slice: slices.lowerBound, last_slice: slices.upperBound, scratch: scratch.words,
                scores: scores.baseAddress)
            kernels.score(&scoring)
        }
    }

    /// Blends the values by the soft-max of some queries' scores, and puts values `part` of what comes out in the
    /// queries' places of a map.
    ///
    /// A hidden key's score becomes −1e9 and not −∞, as in the reference: a query whose every key is hidden blends them
    /// evenly.
    /// Shapes: scores [parts, frames × N, `scoreColumns`], whose parts are added up; map [H × W, head's channels];
    /// queries are at most `PatchTokens.blendedQueries`, from a multiple of that on.
    /// - Parameter surplus: floats after the head's channels of every pixel that become 0.
    public func blend(
        _ tokens: PatchTokens, scores: UnsafeBufferPointer<Float>, scale: Float, queries: Range<Int>, part: Range<Int>,
        of attended: AttendedTokens, scratch: UnsafeMutableBufferPointer<Float>, into map: MutableMatrixView,
        surplus: Int
    ) {
        tokens.check(map.rows, map.columns)
        tokens.check(queries: queries, atMost: PatchTokens.blendedQueries, from: PatchTokens.blendedQueries)
        tokens.check(part: part)
        let stride = attended.frames * tokens.count * tokens.scoreColumns
        precondition(
            stride > 0 && scores.count > 0 && scores.count.isMultiple(of: stride), "scores come in whole parts")
        precondition(scratch.count >= tokens.blendingWords(frames: attended.frames), "weights have their room")
        precondition(surplus >= 0 && map.columns + surplus <= map.stride, "what becomes 0 lies in its pixel")
        attended.values.withUnsafeBufferPointer { values in
            attended.hidden.withUnsafeBufferPointer { hidden in
                var blending = inpaintd_blending(
                    tokens: tokens.native, scores: scores.baseAddress, parts: scores.count / stride,
                    part_stride: stride, scale: scale, hidden: hidden.baseAddress, values: values.baseAddress,
                    frames: attended.frames, first_query: queries.lowerBound, last_query: queries.upperBound,
                    first: part.lowerBound, last: part.upperBound, scratch: scratch.words, map: map.base,
                    pixel_stride: map.stride, surplus: surplus)
                kernels.blend(&blending)
            }
        }
    }
}

extension PatchTokens {
    fileprivate func check(_ pixels: Int, _ channels: Int) {
        precondition(pixels == self.pixels && channels == self.channels, "a head's map has the head's size")
    }

    fileprivate func check(part: Range<Int>) {
        precondition(
            part.lowerBound >= 0 && part.upperBound <= storedSize && part.lowerBound.isMultiple(of: Self.sizeStep)
                && part.upperBound.isMultiple(of: Self.sizeStep), "a part is whole groups of a token's values")
    }

    fileprivate func check(queries: Range<Int>, atMost limit: Int, from step: Int) {
        precondition(
            queries.lowerBound >= 0 && queries.upperBound <= count && queries.count <= limit
                && queries.lowerBound.isMultiple(of: step), "queries come in blocks")
    }
}

extension UnsafeMutableBufferPointer<Float> {
    /// The same memory as words.
    // SAFETY: only the kernels read and write it as such, and they do so in C.
    fileprivate var words: UnsafeMutablePointer<UInt32>? {
        UnsafeMutableRawPointer(baseAddress)?.assumingMemoryBound(to: UInt32.self)
    }
}
