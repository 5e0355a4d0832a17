// swift-tools-version: 6.2
import PackageDescription

let swiftSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]
let cSettings: [CSetting] = [.treatAllWarnings(as: .error)]

/// A Swift room of the design: its folder under `Sources/`, and the only rooms it may import.
func room(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: swiftSettings)
}

/// The tests of a room, in `Tests/NAMETests`.
func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource] = []
) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: dependencies, exclude: exclude, resources: resources,
        swiftSettings: swiftSettings)
}

/// A plugin: its folder under `plugins/`, its module, and the rooms it needs.
struct Plugin {
    let name: String
    let module: String
    var rooms: [Target.Dependency] = []

    /// `libNAME.so`. Its door is a target of its own: a test that links several plugins must not link several doors.
    var product: Product { .library(name: name, type: .dynamic, targets: [module + "Door"]) }
    var targets: [Target] {
        [
            .target(
                name: module, dependencies: ["PluginKit"] + rooms, path: "plugins/\(name)/Sources",
                swiftSettings: swiftSettings),
            .target(
                name: module + "Door", dependencies: ["PluginKit", .init(stringLiteral: module)],
                path: "plugins/\(name)/Door", swiftSettings: swiftSettings),
            .testTarget(
                name: module + "Tests", dependencies: [.init(stringLiteral: module), "PluginKit", "PluginFixtures"],
                path: "plugins/\(name)/Tests", swiftSettings: swiftSettings),
        ]
    }
}

let plugins = [
    Plugin(name: "mask-motion", module: "MaskMotion"),
    Plugin(name: "mask-key", module: "MaskKey"),
    Plugin(name: "mask-text", module: "MaskText"),
    Plugin(name: "mask-logo", module: "MaskLogo"),
    Plugin(name: "fill-pushpull", module: "FillPushPull", rooms: ["ClassicalFill"]),
    Plugin(name: "fill-outline", module: "FillOutline"),
    Plugin(name: "fill-pixelate", module: "FillPixelate", rooms: ["ClassicalFill"]),
]

let package = Package(
    name: "inpaintd",
    products: [
        .executable(name: "inpaintd", targets: ["inpaintd"]),
        .library(name: "gstinpaint", type: .dynamic, targets: ["GStreamerPlugin"]),
    ] + plugins.map(\.product),
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        // Foreign libraries and C, the bottom of the house.
        .systemLibrary(
            name: "CGStreamer",
            pkgConfig: "gstreamer-app-1.0 gstreamer-video-1.0 gstreamer-rtsp-1.0 gstreamer-rtsp-server-1.0 gio-2.0"),
        .target(name: "CGlibc", cSettings: cSettings),
        .target(name: "CInpaintPlugin", cSettings: cSettings),
        .target(name: "CKernels", cSettings: cSettings),
        // JPEG, PNG and deflate: libraries that GStreamer's own plugins bring along.
        .target(
            name: "CCodecs", cSettings: cSettings,
            linkerSettings: [.linkedLibrary("jpeg"), .linkedLibrary("png16"), .linkedLibrary("z")]),
        .target(
            name: "CDefaultWeights",
            exclude: ["MODEL_CARD.md", "default.log", "default.safetensors", "photographs.tsv"], cSettings: cSettings),

        // The network's side.
        room("Frames"),
        room("Kernels", ["CKernels"]),
        room("Networks", ["Kernels"]),
        room("Inpainting", ["Networks", "Kernels", "Frames", "CDefaultWeights"]),

        room("ClassicalFill", ["Frames"]),
        room("Propagation", ["ClassicalFill", "Frames"]),

        // The media's side.
        room("Masks", ["Frames"]),
        room("MediaGraph", ["CGStreamer", "Frames"]),

        // Plugins: the author's side, and the side that loads them. Only C types cross.
        room("PluginKit", ["CInpaintPlugin"]),
        room("PluginHost", ["CInpaintPlugin", "CGlibc", "Frames"]),

        // Where they meet, and who uses it.
        room(
            "InpaintElement",
            [
                "MediaGraph", "Inpainting", "ClassicalFill", "Propagation", "Kernels", "Masks", "PluginHost", "Frames",
            ]),
        // How good fills are, on clips whose truth is known.
        room("Evaluation", ["CCodecs", "InpaintElement", "ClassicalFill", "MediaGraph", "Inpainting", "Frames"]),
        // Many streams: configuration, supervision, control. It knows no pipeline; a worker process plays each.
        room(
            "Daemon",
            [
                "Frames",
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Yams", package: "Yams"),
            ], resources: [.embedInCode("Drawing/Page")]),
        .executableTarget(
            name: "inpaintd",
            dependencies: [
                "Daemon", "Evaluation", "InpaintElement", "PluginHost", "MediaGraph", "Inpainting", "Propagation",
                "Networks", "Kernels", "Masks", "Frames", "CGlibc",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings),

        // libgstinpaint.so: the same element for any GStreamer program.
        .target(
            name: "CGStreamerPlugin", dependencies: ["CGStreamer"],
            path: "plugins/gstreamer/Sources/CGStreamerPlugin", cSettings: cSettings),
        .target(
            name: "GStreamerPlugin", dependencies: ["CGStreamerPlugin", "InpaintElement"],
            path: "plugins/gstreamer/Sources/GStreamerPlugin", swiftSettings: swiftSettings),

        tests("Frames", ["Frames"]),
        tests("MediaGraph", ["MediaGraph", "Frames", "CGStreamer"]),
        tests("PluginHost", ["PluginHost", "Frames", "PictureFixtures"], exclude: ["Plugins"]),
        tests("Fence", []),
        // Programs that the tests start: an RTSP server to play from and push to, and a camera that does wrong what it is
        // told to.
        .systemLibrary(name: "CRTSPServer", path: "Tests/CRTSPServer", pkgConfig: "gstreamer-rtsp-server-1.0"),
        .executableTarget(
            name: "RTSPTestServer", dependencies: ["CRTSPServer"], path: "Tests/RTSPTestServer", cSettings: cSettings),
        .executableTarget(
            name: "TestCamera", dependencies: ["CRTSPServer"], path: "Tests/TestCamera", cSettings: cSettings),
        tests(
            "Command", ["Daemon", "Evaluation", "Inpainting", "MediaGraph", "Frames", "ControlFixtures"],
            exclude: ["Draw/browser.py"]),
        tests(
            "Inpainting", ["Inpainting", "Networks", "Frames", "PictureFixtures"], exclude: ["Fixtures"]),
        tests("Evaluation", ["Evaluation", "CCodecs", "Frames", "PictureFixtures"]),
        tests("Masks", ["Masks", "Frames", "PictureFixtures"]),
        tests("ClassicalFill", ["ClassicalFill", "Frames", "PictureFixtures"]),
        tests("Propagation", ["Propagation", "PictureFixtures"]),
        tests(
            "InpaintElement",
            ["InpaintElement", "MediaGraph", "Inpainting", "Frames", "PictureFixtures", "CGStreamer"]),
        .target(
            name: "PictureFixtures", dependencies: ["Frames"], path: "Tests/PictureFixtures",
            swiftSettings: swiftSettings),
        tests("Kernels", ["Kernels"]),
        tests("Networks", ["Networks", "Kernels", "TestFormula"], resources: [.copy("Goldens")]),
        tests("STTN", ["Inpainting", "Networks", "Kernels", "TestFormula"], resources: [.copy("Goldens")]),
        tests("Session", ["Inpainting", "Networks", "Kernels", "TestFormula"]),
        tests("Pipeline", ["MediaGraph"]),
        .target(name: "ControlFixtures", path: "Tests/ControlFixtures", swiftSettings: swiftSettings),
        tests("Daemon", ["Daemon", "Frames", "ControlFixtures", .product(name: "Logging", package: "swift-log")]),
        .target(
            name: "TestFormula", dependencies: ["Networks"], path: "Tests/TestFormula", swiftSettings: swiftSettings),
        .target(
            name: "PluginFixtures", dependencies: ["PluginKit"], path: "Tests/PluginFixtures",
            swiftSettings: swiftSettings),
    ] + plugins.flatMap(\.targets),
    swiftLanguageModes: [.v6]
)

// The fuzz targets see what the rooms keep to themselves, so they belong to this package; they link with libFuzzer, so
// only scripts/fuzz asks for them.
if Context.environment["INPAINTD_FUZZING"] != nil {
    package.targets.append(
        .executableTarget(
            name: "inpaintd-fuzz", dependencies: ["Daemon", "Inpainting", "Masks", "MediaGraph", "Frames"],
            path: "Tests/Fuzzing", exclude: ["Seeds", "Dictionaries"], swiftSettings: swiftSettings))
}
