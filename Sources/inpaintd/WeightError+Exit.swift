internal import ArgumentParser
internal import Glibc
internal import Inpainting

extension WeightError {
    /// The status a command ends with, of sysexits.h.
    var exitCode: ExitCode {
        switch code {
        case .badSetting: ExitCode(64)
        case .notFound: ExitCode(66)
        case .cannotCreate: ExitCode(73)
        case .unreadable, .unwritable: ExitCode(74)
        default: ExitCode(65)
        }
    }
}

/// Runs a command's body; its error becomes one line on standard error and the exit code that fits.
func reportingWeightErrors(_ body: () throws(WeightError) -> Void) throws(ExitCode) {
    do {
        try body()
    } catch {
        let line = Array("inpaintd: \(error)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
        throw error.exitCode
    }
}
