internal import ArgumentParser
internal import Daemon
internal import Frames
internal import Inpainting
internal import Logging
internal import MediaGraph

extension Logger {
    /// Runs `body`; an error of ours becomes one line and the exit code that belongs to it.
    func reportingErrors(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as PipelineError {
            report(error)
            throw ExitStatus(error.code).exitCode
        } catch let error as FrameError {
            self.error("\(error)")
            throw ExitStatus(error.code).exitCode
        } catch let error as ControlError {
            self.error("\(error.message)")
            throw ExitStatus(error.code).exitCode
        } catch let error as WeightError {
            self.error("\(error)")
            throw ExitStatus(error.code).exitCode
        }
    }

    /// One line about an error, and where in GStreamer it was said for those who want to hear more.
    func report(_ error: PipelineError) {
        self.error("\(error)")
        if let origin = error.origin { debug("\(origin)") }
    }
}
