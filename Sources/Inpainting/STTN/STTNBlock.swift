internal import Networks

/// One transformer block: attention over the patches of all frames, then a feed-forward that looks around each place,
/// each added to what came in.
///
/// Shapes: [T, C, H, W] → [T, C, H, W].
/// Source: the paper's section 3.2. Deviates: the published code pads and dilates the first feed-forward convolution
/// by 2, which the paper does not mention.
struct STTNBlock {
    /// The activation of every layer but the last.
    static let activation = Activation.leaky(slope: 0.2)

    private let attention: PatchAttention
    private let output: Convolution
    private let wide: Convolution
    private let narrow: Convolution

    init(_ weights: WeightFile, _ name: String, channels: Int, grids: [PatchGrid]) throws(WeightError) {
        func embedding(_ part: String) throws(WeightError) -> PatchAttention.Embedding {
            let (values, bias) = try weights.parameters(
                "\(name).attention.\(part)_embedding", .init(inputs: channels, outputs: channels, kernel: 1))
            return PatchAttention.Embedding(weights: values, bias: bias)
        }
        func convolution(_ part: String, dilation: Int = 1) throws(WeightError) -> Convolution {
            try weights.convolution(
                "\(name).\(part)", .init(inputs: channels, outputs: channels, dilation: dilation), Self.activation)
        }
        attention = PatchAttention(
            grids: grids, query: try embedding("query"), key: try embedding("key"), value: try embedding("value"))
        output = try convolution("attention.output_linear.0")
        wide = try convolution("feed_forward.conv.0", dilation: 2)
        narrow = try convolution("feed_forward.conv.2")
    }

    /// - Parameter hidden: for each head, the patches of all frames that no query may see; nil hides none.
    func callAsFunction(_ maps: Tensor, hidden: [[UInt8]]?, on workspace: Workspace) -> Tensor {
        let attended = output(attention(maps, hidden: hidden, on: workspace), adding: maps, on: workspace)
        return narrow(wide(attended, on: workspace), adding: attended, on: workspace)
    }
}
