package import Networks

/// What the decoder has to compute of each of its maps to make one box of the picture.
///
/// Each convolution of kernel 3 sees one place further on every side; each doubling sees the places whose samples it
/// mixes. Where a map ends the layers' own padding is right, elsewhere the outermost places of a crop are wrong, and
/// there are as many of them as no later layer reads.
package struct DecoderCrop {
    /// Of the picture: what is asked for.
    package let box: MapBox
    /// Of the maps of the picture's size.
    package let fine: MapBox
    /// Of the maps of half that size.
    package let coarse: MapBox
    /// Of the transformer's maps.
    package let map: MapBox
    /// The sides of the whole of these.
    let mapSides: (height: Int, width: Int)

    /// - Parameters:
    ///   - height: the picture's, a multiple of 4, as is `width`.
    package init(of box: MapBox, height: Int, width: Int) {
        let whole = MapBox(height: height, width: width)
        let half = MapBox(height: height / 2, width: width / 2)
        precondition(whole.contains(box), "what is decoded lies in the picture")
        self.box = box
        fine = box.expanded(by: 2, in: whole)
        coarse = Upsample.source(of: fine, height: half.height, width: half.width).expanded(by: 2, in: half)
        map = Upsample.source(of: coarse, height: height / 4, width: width / 4)
        mapSides = (height / 4, width / 4)
    }

    /// The crop that is the whole picture.
    package init(height: Int, width: Int) {
        self.init(of: MapBox(height: height, width: width), height: height, width: width)
    }
}

/// A part of one frame's map.
package struct MapPart {
    /// Shapes: [1, box.height, box.width, C].
    package let map: Tensor
    /// Where it lies in the whole map.
    package let box: MapBox

    package init(map: Tensor, box: MapBox) {
        precondition(map.shape[1] == box.height && map.shape[2] == box.width, "a part has its box's size")
        self.map = map
        self.box = box
    }

    package init(whole map: Tensor) {
        self.init(map: map, box: MapBox(height: map.shape[1], width: map.shape[2]))
    }
}
