import Daemon
import Foundation
import Testing

/// The man pages, as `scripts/manual` makes them.
@Suite struct ManualTests {
    private static let root = URL(filePath: pipelines).deletingLastPathComponent()

    /// Runs a program to its end; its status, and all that it said.
    private func output(of command: String...) throws -> (status: Int32, text: String) {
        let outcome = try Child(command).finish()
        return (outcome.status, outcome.text + outcome.errors)
    }

    private func withPages(_ body: (String) throws -> Void) throws {
        try withFolder { folder in
            let made = try output(
                of: Self.root.appending(path: "scripts/manual").path, try Program.executable.path, folder, "/opt/x")
            try #require(made.status == 0, "\(made.text)")
            try body(folder)
        }
    }

    private func page(_ name: String, in folder: String) throws -> String {
        try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
    }

    @Test("mandoc finds nothing wrong with them, and no place is left unfilled")
    func lint() throws {
        try withPages { folder in
            let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            #expect(names == ["inpaintd-pipeline.5", "inpaintd.1", "inpaintd.yaml.5"])
            for name in names {
                let lint = try output(of: "mandoc", "-T", "lint", "-W", "warning", "\(folder)/\(name)")
                #expect(lint.status == 0, "\(lint.text)")
                let page = try page(name, in: folder)
                #expect(page.firstMatch(of: /@[A-Z]+@/) == nil && page.contains("/opt/x/share/inpaintd"))
            }
        }
    }

    @Test("every key of the configuration stands in inpaintd.yaml(5)")
    func keys() throws {
        try withPages { folder in
            let page = try page("inpaintd.yaml.5", in: folder)
            for path in DaemonConfiguration.keys {
                let key = (path.count == 2 && path[0] == "streams" ? ["streams", "NAME", path[1]] : path)
                    .joined(separator: ".")
                #expect(page.contains("\n.It Sy \"\(key)\"\n"), "\(key)")
            }
        }
    }

    @Test("every command and option, and every exit status, stands in inpaintd(1)")
    func commands() throws {
        let told = try JSONDecoder().decode(Tool.self, from: try Program.run("--experimental-dump-help").output)
        let commands = told.command.leaves
        try #require(commands.count > 10)
        try withPages { folder in
            let page = try page("inpaintd.1", in: folder)
            for (path, command) in commands {
                let section = page.components(separatedBy: "\n.Ss \(path)\n").dropFirst().first?
                    .components(separatedBy: "\n.Ss ").first
                #expect(section != nil, "\(path)")
                for option in command.options {
                    #expect(section?.contains("Fl \(option)") == true, "\(path) \(option)")
                }
            }
            for status in [0, 64, 65, 66, 69, 73, 74, 77, 78] {
                #expect(page.contains("\n.It \(status)\n"), "\(status)")
            }
        }
    }

    @Test("every shipped pipeline with every knob, and every property of the element, stands in inpaintd-pipeline(5)")
    func pipelineFiles() throws {
        try withPages { folder in
            let page = try page("inpaintd-pipeline.5", in: folder)
            let files = try FileManager.default.contentsOfDirectory(atPath: pipelines)
                .filter { $0.hasSuffix(".pipeline") }
            try #require(!files.isEmpty)
            for file in files {
                let section = page.components(separatedBy: "\n.It Pa \(file)\n").dropFirst().first?
                    .components(separatedBy: "\n.It Pa ").first
                let check = try Program.run("check", "\(pipelines)/\(file)")
                let knobs = String(decoding: check.output, as: UTF8.self).split(separator: "\n").dropFirst()
                for knob in knobs {
                    let name = knob.trimmingCharacters(in: .whitespaces).prefix { $0 != ":" }
                    #expect(section?.contains("\n.It Li \"\(name)\"\n") == true, "\(file): \(name)")
                }
            }
            for property in ["mask", "grow", "feather", "region", "session", "latency-budget", "weights", "stats"] {
                #expect(page.contains(property), "\(property)")
            }
        }
    }
}

/// What the program says of itself.
private struct Tool: Decodable {
    struct Name: Decodable {
        let kind: String
        let name: String
    }

    struct Argument: Decodable {
        let names: [Name]?
    }

    struct Command: Decodable {
        let commandName: String
        let shouldDisplay: Bool
        let arguments: [Argument]?
        let subcommands: [Command]?

        /// Its options as the page's macros write them.
        var options: [String] {
            (arguments ?? []).flatMap { $0.names ?? [] }.filter { !["h", "help", "version"].contains($0.name) }
                .map { $0.kind == "long" ? "\\-\($0.name)" : $0.name }
        }

        /// The commands below it that do something themselves, each with the words that lead to it.
        var leaves: [(path: String, command: Command)] {
            (subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" }.flatMap { child in
                child.subcommands == nil
                    ? [(child.commandName, child)]
                    : child.leaves.map { ("\(child.commandName) \($0.path)", $0.command) }
            }
        }
    }

    let command: Command
}
