internal import CKernels

/// One attention head's tokens of one map, and the form in which their keys and values are kept.
///
/// A token is one of the equal patches that the head cuts a channels-last map into, flattened over rows, columns and
/// channels. Keys and values are kept as 32-bit words, each a float or two bfloat16, in the order in which the
/// kernels read them.
public struct PatchTokens: Sendable {
    let native: inpaintd_tokens

    /// - Parameter channels: the head's.
    public init(
        channels: Int, patchHeight: Int, patchWidth: Int, columns: Int, rows: Int, precision: Precision = .fp32
    ) {
        precondition(channels > 0 && patchHeight > 0 && patchWidth > 0 && columns > 0 && rows > 0, "patches have sizes")
        native = inpaintd_tokens_of(
            inpaintd_patches(
                channels: channels, patch_height: patchHeight, patch_width: patchWidth, columns: columns, rows: rows),
            precision == .bf16 ? 1 : 0)
    }

    public var channels: Int { native.patches.channels }
    /// H × W of the map.
    public var pixels: Int { native.patches.patch_height * native.patches.patch_width * count }
    /// N, the tokens of a map.
    public var count: Int { native.count }
    /// D, the values of a token.
    public var size: Int { channels * native.patches.patch_height * native.patches.patch_width }

    /// Values of a token are divided at multiples of this.
    public static let sizeStep = Int(inpaintd_token_group)
    /// D rounded up to that.
    public var storedSize: Int { native.size }
    /// Parts of a token that scores are summed over one after the other.
    public var slices: Int { native.slices }
    /// Queries that are scored at a time at most, and what the first of them is a multiple of.
    public static let scoredQueries = Int(inpaintd_scored_queries)
    public static let scoredStep = Int(inpaintd_scored_step)
    /// Queries that are blended at a time at most; the first of them is a multiple of it.
    public static let blendedQueries = Int(inpaintd_blended_queries)

    /// Words of a map's keys; as many as of its values.
    public var words: Int { withUnsafePointer(to: native) { inpaintd_key_words($0) } }
    /// Floats of a row of scores: the queries', rounded up.
    public var scoreColumns: Int { withUnsafePointer(to: native) { inpaintd_score_columns($0) } }
    /// Words of scratch that `KernelLevel.score` takes.
    public var scoringWords: Int { withUnsafePointer(to: native) { inpaintd_scoring_words($0) } }

    /// Words of scratch that `KernelLevel.blend` takes for the keys of so many maps.
    public func blendingWords(frames: Int) -> Int {
        withUnsafePointer(to: native) { inpaintd_blending_words($0, frames) }
    }
}

/// What one head of several frames remembers, for all its queries to attend to.
///
/// Ownership: borrows the frames' memory, and is valid as long as that is.
public struct AttendedTokens {
    public let frames: Int
    let keys: [UnsafePointer<UInt32>?]
    let values: [UnsafePointer<UInt32>?]
    let hidden: [UnsafePointer<UInt8>?]

    /// One frame's part: its keys and values as `KernelLevel.remember` made them, and a byte a token, not 0 where no
    /// query may see it.
    public typealias Frame = (
        keys: UnsafeMutableBufferPointer<UInt32>, values: UnsafeMutableBufferPointer<UInt32>,
        hidden: UnsafeMutableBufferPointer<UInt8>?
    )

    public init(_ tokens: PatchTokens, frames: [Frame]) {
        for frame in frames {
            precondition(
                frame.keys.count == tokens.words && frame.values.count == tokens.words
                    && frame.hidden.map { $0.count == tokens.count } ?? true, "every frame remembers all its tokens")
        }
        self.frames = frames.count
        keys = frames.map { UnsafePointer($0.keys.baseAddress) }
        values = frames.map { UnsafePointer($0.values.baseAddress) }
        hidden = frames.map { UnsafePointer($0.hidden?.baseAddress) }
    }
}
