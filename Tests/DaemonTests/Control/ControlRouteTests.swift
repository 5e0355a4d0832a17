import Daemon
import Testing

@Suite struct ControlRouteTests {
    @Test(
        "what a client asks is what the server reads",
        arguments: [
            .live, .ready, .status, .metrics, .events(stream: nil), .events(stream: "a b&c=d"), .reload, .list,
            .show("cam"), .add("cam.2"), .remove("cam"), .start("cam"), .stop("cam"), .graph("cam"),
            .set("cam", element: "a/b%", property: "mask\n"),
        ] as [ControlRoute])
    func roundTrip(route: ControlRoute) throws {
        #expect(try ControlRoute(method: route.method, target: route.target) == route)
    }

    @Test(
        "a path that is none is no route",
        arguments: [
            "", "*", "livez", "/", "//", "/nothing", "/livez/", "/streams/a/b", "/streams/a/elements/b",
            "/streams/%zz", "/streams/%ff", "/streams/%", "/streams/%+1", "http://localhost/livez",
        ])
    func unknown(target: String) {
        let error = #expect(throws: ControlFailure.self) { try ControlRoute(method: "GET", target: target) }
        #expect(error?.status == 404)
    }

    @Test("a method that a path does not have names those that it has")
    func methods() {
        let error = #expect(throws: ControlFailure.self) { try ControlRoute(method: "PATCH", target: "/streams/cam") }
        #expect(error?.status == 405)
        #expect(error?.allowed == ["GET", "PUT", "DELETE"])
    }
}
