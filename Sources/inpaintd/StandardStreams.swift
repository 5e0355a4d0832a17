internal import Glibc

/// The three streams every program is started with, or ought to be.
enum StandardStreams {
    /// Fills the places of streams that are closed, so that no file or socket opened later takes one of them and gets
    /// what is said or played there. Reading from a closed input, or writing to a closed output, still fails.
    static func fill() {
        for (descriptor, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDWR)] {
            // The lowest free number is given, and all lower ones are taken.
            if fcntl(descriptor, F_GETFD) < 0 { _ = open("/dev/null", mode) }
        }
    }
}
