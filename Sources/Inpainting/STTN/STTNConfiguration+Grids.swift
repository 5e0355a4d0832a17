extension STTNConfiguration {
    /// The grids of the published network, one a head.
    public static let referenceGrids = [1, 3, 6, 12].map { Grid(columns: $0, rows: $0) }

    /// Reads grids as they are written, columns before rows: `2x2,5x5,16x6,32x10`.
    ///
    /// Throws: `badSetting`, about the text.
    public static func parseGrids(_ text: String) throws(WeightError) -> [Grid] {
        var grids = [Grid]()
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
            guard sides.count == 2, let columns = sides[0], let rows = sides[1] else {
                throw WeightError(
                    .badSetting, subject: "grids",
                    detail: "\"\(part)\" is no grid; expected COLUMNSxROWS a head with commas between, as in 2x2,5x5")
            }
            grids.append(Grid(columns: columns, rows: rows))
        }
        if let fault = fault(of: grids) { throw WeightError(.badSetting, subject: "grids", detail: fault) }
        return grids
    }

    /// Why a network cannot have these grids, in words; nil where it can.
    static func fault(of grids: [Grid]) -> String? {
        let mostHeads = 64
        let mostPatches = 256
        // The product of all patches with all patches, of a dozen frames and more, has to fit into memory.
        let mostPatchesOfFrame = 1024
        let greatestStepArea = 1 << 19
        guard !grids.isEmpty, grids.count <= mostHeads else {
            return "has \(grids.count) grids; 1 to \(mostHeads) are allowed"
        }
        for (index, grid) in grids.enumerated() {
            guard (1...mostPatches).contains(grid.columns), (1...mostPatches).contains(grid.rows) else {
                return "grid \(grid) is not of 1 to \(mostPatches) patches a side"
            }
            guard grid.columns * grid.rows <= mostPatchesOfFrame else {
                return "grid \(grid) has more than \(mostPatchesOfFrame) patches"
            }
            // Grid by grid, so that the least common multiple never grows beyond what an Int holds.
            let step = sideStep(of: Array(grids[...index]))
            guard step.width * step.height <= greatestStepArea else {
                let all = grids.map(\.description).joined(separator: ",")
                return "grids \(all) fit no picture smaller than \(step.width)x\(step.height); "
                    + "\(greatestStepArea) pixels are the most allowed"
            }
        }
        return nil
    }
}
