@testable internal import MediaGraph

extension FuzzTarget {
    /// The text of a pipeline file, without GStreamer.
    static let pipeline = FuzzTarget(name: "pipeline") { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        do throws(PipelineError) {
            let description = try PipelineDescription(parsing: text, name: "f")
            _ = try description.planForChecking(setting: [:])
            try checkValues(of: description)
            try checkText(of: description, text)
        } catch {
            expect(error.detail.isOneLine, "\(error) is one line")
            let lines = 1 + text.utf8.count { $0 == UInt8(ascii: "\n") }
            let place = error.subject.split(separator: ":")
            if place.count == 3 {
                expect(
                    place[0] == "f" && (1...lines).contains(Int(place[1]) ?? 0) && Int(place[2]) ?? 0 > 0,
                    "\(error.subject) is a place in a text of \(lines) lines")
            } else {
                expect(error.subject == "f", "\(error.subject) is the text")
            }
        }
    }

    /// A knob's value never becomes text: it is a property's value, stands in caps as a harmless word, or is refused.
    private static func checkValues(of description: PipelineDescription) throws(PipelineError) {
        let hostile = "\(marker) ! filesink location=\"/x\""
        let values = Dictionary(uniqueKeysWithValues: description.knobs.map { ($0.name, hostile) })
        let plan: PipelinePlan
        do {
            plan = try description.plan(setting: values)
        } catch {
            return
        }
        for part in [plan.main] + plan.branches.map(\.chain) {
            expect(!part.text.contains(marker), "\(part.text) holds no knob's value")
        }
        expect(plan.branches.allSatisfy { !$0.caps.contains(marker) }, "no branch's caps hold such a value")
    }

    /// What goes to gst_parse is cut into the same elements as the text was.
    private static func checkText(of description: PipelineDescription, _ text: String) throws(PipelineError) {
        guard description.branches.isEmpty, !text.contains("$${") else { return }
        let values = Dictionary(uniqueKeysWithValues: description.knobs.map { ($0.name, "v1") })
        let plan = try description.plan(setting: values)
        do {
            let again = try PipelineDescription(parsing: plan.main.text, name: "f")
            expect(
                again.elementNames == description.elementNames && again.knobs.isEmpty && again.branches.isEmpty,
                "\(plan.main.text) has the elements \(description.elementNames), not \(again.elementNames)")
        } catch {
            expect(false, "\(plan.main.text) is read again: \(error)")
        }
    }
}
