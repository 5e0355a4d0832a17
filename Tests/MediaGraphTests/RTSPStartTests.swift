import MediaGraph
import Testing

@Suite struct RTSPStartTests {
    /// A start that an expectation may change.
    private final class Client {
        private var start: RTSPStart

        init(hasKeyFrames: [Bool], begins: Bool = true) {
            start = RTSPStart(hasKeyFrames: hasKeyFrames)
            if begins { start.begin() }
        }

        var isPlaying: Bool { start.isPlaying }

        func begin() { start.begin() }
        func pause() { start.pause() }
        func lose(_ track: Int) { start.lose(track) }
        func takes(track: Int, time: UInt64, isKey: Bool) -> Bool {
            start.takes(track: track, time: time, isKey: isKey)
        }
        func waitsForKey(of track: Int) -> Bool { start.waitsForKey(of: track) }
        func mayPass(time: UInt64) -> Bool { start.mayPass(time: time) }
    }

    /// Of a picture and a sound.
    private func both() -> Client { Client(hasKeyFrames: [true, false]) }

    @Test("nothing goes out before the client plays, nor while it pauses")
    func idle() {
        let start = Client(hasKeyFrames: [true], begins: false)
        #expect(!start.takes(track: 0, time: 5, isKey: true) && !start.waitsForKey(of: 0) && !start.isPlaying)
        #expect(!start.mayPass(time: 5))
        start.begin()
        #expect(start.waitsForKey(of: 0) && start.isPlaying && !start.mayPass(time: 5))
        #expect(start.takes(track: 0, time: 6, isKey: true))
        start.pause()
        #expect(!start.takes(track: 0, time: 7, isKey: true) && !start.mayPass(time: 7))
        start.begin()
        #expect(!start.takes(track: 0, time: 8, isKey: false))
    }

    @Test("the picture begins with a key frame, and the sound with the picture")
    func begins() {
        let start = both()
        #expect(!start.takes(track: 1, time: 8, isKey: true), "sound before the picture")
        #expect(!start.takes(track: 0, time: 9, isKey: false))
        #expect(start.takes(track: 0, time: 10, isKey: true))
        #expect(!start.takes(track: 1, time: 9, isKey: true), "sound of before")
        #expect(start.takes(track: 1, time: 10, isKey: true))
        #expect(start.takes(track: 0, time: 11, isKey: false))
        #expect(!start.mayPass(time: 9) && start.mayPass(time: 10))
    }

    @Test("sound alone begins at once")
    func sound() {
        let start = Client(hasKeyFrames: [false])
        #expect(!start.waitsForKey(of: 0))
        #expect(start.takes(track: 0, time: 3, isKey: true))
    }

    @Test("after a loss the picture goes on with a key frame, and the sound does not wait for it")
    func loss() {
        let start = both()
        #expect(start.takes(track: 0, time: 10, isKey: true) && start.takes(track: 1, time: 10, isKey: true))
        start.lose(0)
        #expect(start.waitsForKey(of: 0) && !start.takes(track: 0, time: 11, isKey: false))
        #expect(start.takes(track: 1, time: 11, isKey: true))
        #expect(start.takes(track: 0, time: 12, isKey: true) && !start.waitsForKey(of: 0))
        start.lose(1)
        #expect(start.takes(track: 1, time: 13, isKey: true))
    }

    @Test("two pictures each begin with a key frame of their own")
    func twoPictures() {
        let start = Client(hasKeyFrames: [true, true])
        #expect(start.takes(track: 1, time: 4, isKey: true))
        #expect(!start.takes(track: 0, time: 4, isKey: false) && start.waitsForKey(of: 0))
        #expect(start.takes(track: 0, time: 5, isKey: true))
    }
}
