package import Networks

/// What the decoder has to compute of each of its maps to make one box of the picture.
///
/// Each convolution of kernel 3 sees one place further on every side; each doubling sees the places whose samples it
/// mixes. Where a map ends the layers' own padding is right, elsewhere the outermost places of a crop are wrong, and
/// there are as many of them as no later layer reads.
package struct DecoderCrop: Hashable {
    /// Of the picture: what is asked for.
    package let box: MapBox
    /// Of the maps of the picture's size.
    package let fine: MapBox
    /// Of the maps of half that size.
    package let coarse: MapBox

    /// - Parameters:
    ///   - height: the picture's, a multiple of 4, as is `width`.
    package init(of box: MapBox, height: Int, width: Int) {
        precondition(MapBox(height: height, width: width).contains(box), "what is decoded lies in the picture")
        self.box = box
        fine = box.expanded(by: 2, in: MapBox(height: height, width: width))
        let half = MapBox(height: height / 2, width: width / 2)
        coarse = Upsample.source(of: fine, height: height / 2, width: width / 2).expanded(by: 2, in: half)
    }
}
