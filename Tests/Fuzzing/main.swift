internal import CFuzzer
internal import Glibc

// libFuzzer starts this program again with its own arguments, so the target's name stands in the environment.
guard FuzzTarget.chosen != nil else {
    let names = FuzzTarget.all.map(\.name).joined(separator: ", ")
    fputs("INPAINTD_FUZZING names no target, expected one of \(names)\n", stderr)
    exit(64)
}
var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
exit(
    LLVMFuzzerRunDriver(&count, &arguments) { bytes, size in
        FuzzTarget.chosen?.take(Array(UnsafeBufferPointer(start: bytes, count: size)))
        return 0
    })
