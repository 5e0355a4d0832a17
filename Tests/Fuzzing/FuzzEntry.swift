internal import Glibc

/// Called by libFuzzer's `main` at the start, and in each process that it starts of itself.
@_cdecl("LLVMFuzzerInitialize")
func begin(_ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutableRawPointer) -> CInt {
    guard FuzzTarget.chosen != nil else {
        let names = FuzzTarget.all.map(\.name).joined(separator: ", ")
        tell("INPAINTD_FUZZING names no target, expected one of \(names)")
        exit(64)
    }
    return 0
}

/// Called by libFuzzer with each input.
@_cdecl("LLVMFuzzerTestOneInput")
func takeOne(_ bytes: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    FuzzTarget.chosen?.take(Array(UnsafeBufferPointer(start: bytes, count: size)))
    return 0
}
