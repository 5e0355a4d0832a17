internal import ArgumentParser
internal import Daemon
internal import Frames
internal import Inpainting
internal import MediaGraph

/// What the program's exit tells, in the words of sysexits.h.
enum ExitStatus: Int32 {
    case success = 0
    /// A wrong command line, pipeline text or setting.
    case usage = 64
    /// Data or weights that are not what they should be.
    case badData = 65
    /// An input that is not there.
    case noInput = 66
    /// An element, codec, device or server that is not to be had.
    case unavailable = 69
    /// An output that cannot be created.
    case cannotCreate = 73
    /// Reading or writing that failed.
    case inputOutput = 74
    /// Something that the daemon's configuration does not allow.
    case notPermitted = 77
    /// A configuration that cannot be used.
    case configuration = 78

    init(_ code: PipelineError.Code) {
        switch code {
        case .badText, .badSetting: self = .usage
        case .badData: self = .badData
        case .notFound: self = .noInput
        case .cannotCreate: self = .cannotCreate
        case .inputOutput: self = .inputOutput
        default: self = .unavailable
        }
    }

    init(_ code: FrameError.Code) {
        switch code {
        case .badSetting: self = .usage
        case .badData: self = .badData
        case .notFound: self = .noInput
        default: self = .unavailable
        }
    }

    init(_ code: WeightError.Code) {
        switch code {
        case .badSetting: self = .usage
        case .notFound: self = .noInput
        case .cannotCreate: self = .cannotCreate
        case .unreadable, .unwritable: self = .inputOutput
        default: self = .badData
        }
    }

    init(_ code: ControlError.Code) {
        switch code {
        case .badRequest: self = .usage
        case .notFound: self = .noInput
        case .conflict, .unavailable: self = .unavailable
        case .refused: self = .notPermitted
        }
    }

    var exitCode: ExitCode { ExitCode(rawValue) }
}
