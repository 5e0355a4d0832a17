internal import ArgumentParser
internal import Frames
internal import Glibc
internal import Inpainting

extension WeightError {
    /// The status a command ends with, of sysexits.h.
    fileprivate var exitCode: ExitCode {
        switch code {
        case .badSetting: ExitCode(64)
        case .notFound: ExitCode(66)
        case .cannotCreate: ExitCode(73)
        case .unreadable, .unwritable: ExitCode(74)
        default: ExitCode(65)
        }
    }
}

extension FrameError {
    fileprivate var exitCode: ExitCode {
        switch code {
        case .badSetting: ExitCode(64)
        case .notFound: ExitCode(66)
        case .unavailable: ExitCode(69)
        default: ExitCode(65)
        }
    }
}

/// Runs a command's body; its error becomes one line on standard error and the exit code that fits.
func reportingErrors(_ body: () throws -> Void) throws {
    do {
        try body()
    } catch let error as WeightError {
        throw reported(error, as: error.exitCode)
    } catch let error as FrameError {
        throw reported(error, as: error.exitCode)
    }
}

private func reported(_ error: any Error, as code: ExitCode) -> ExitCode {
    let line = Array("inpaintd: \(error)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    return code
}
