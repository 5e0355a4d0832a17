internal import Networks

extension WeightFile {
    /// The convolution whose tensors are `name.weight` and `name.bias`.
    func convolution(
        _ name: String, _ geometry: Convolution.Geometry, _ activation: Activation
    ) throws(WeightError) -> Convolution {
        let (values, bias) = try parameters(name, geometry)
        return Convolution(geometry, weights: values, bias: bias, activation: activation)
    }

    /// A convolution's weights and bias, checked against its geometry.
    func parameters(_ name: String, _ geometry: Convolution.Geometry) throws(WeightError) -> (
        weights: [Float], bias: [Float]
    ) {
        let sides = [geometry.outputs, geometry.inputs, geometry.kernel, geometry.kernel]
        return (try values("\(name).weight", shape: sides), try values("\(name).bias", shape: [geometry.outputs]))
    }

    private func values(_ name: String, shape: [Int]) throws(WeightError) -> [Float] {
        guard let tensor = tensors[name] else {
            throw WeightError(
                .misshapen, subject: self.name, detail: "tensor \(name) is missing, expected shape \(shape)")
        }
        guard tensor.shape == shape else {
            throw WeightError(
                .misshapen, subject: self.name, detail: "tensor \(name) has shape \(tensor.shape), expected \(shape)")
        }
        return tensor.values
    }
}
