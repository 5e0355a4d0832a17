/// What the supervisor asks of a worker: a line of JSON each, on the socket that the worker was born with.
///
/// The end of that socket says that the supervisor is gone: the worker then drains and ends too.
public enum WorkerRequest: Codable, Hashable, Sendable {
    /// The first request, and the only one that is not answered: play this stream.
    case play(StreamConfiguration)
    /// Build this stream's pipeline, open nothing, and end. Answered, with a refusal where a caller may not have it;
    /// what cannot be built at all is a fault. Instead of `play`.
    case check(id: Int, StreamConfiguration)
    /// Let everything out that has gone in, complete the files, and end.
    case drain
    /// Set a property of an element while it plays. Answered.
    case set(id: Int, element: String, property: String, value: String)
    /// Give the pipeline as a graph in the DOT language. Answered.
    case graph(id: Int)
}
