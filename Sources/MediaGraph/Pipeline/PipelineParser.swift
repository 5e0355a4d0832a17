internal import Frames

/// Tells apart what belongs to the pipeline's text, to a property that holds a knob, and to an optional branch.
struct PipelineParser {
    /// An element met in the text.
    private struct Element {
        let factory: String
        let token: Int
        var name: String?
    }

    private let text: PipelineText
    private let tokens: [PipelineToken]
    /// Every name the text gives an element, and every name given here, so that none is given twice.
    private var names: Set<String>
    /// Every factory of the text.
    private let factories: Set<String>
    /// How many names were made for the same factory and knob.
    private var made: [String: Int] = [:]

    init(text: PipelineText, tokens: [PipelineToken]) {
        self.text = text
        self.tokens = tokens
        names = Set(
            tokens.compactMap { token in
                guard case .assignment("name", let value) = token.kind else { return nil }
                return value.literal
            })
        factories = Set(
            tokens.compactMap { token in
                if case .element(let factory) = token.kind { factory } else { nil }
            })
    }

    mutating func parse() throws(PipelineError) -> (main: PipelinePart, branches: [BranchPart]) {
        var outside: [Int] = []
        var branches: [BranchPart] = []
        var index = 0
        while index < tokens.count {
            switch tokens[index].kind {
            case .branchStart:
                let end = try branchEnd(from: index)
                branches.append(try branch(start: index, tokens: Array((index + 1)..<end)))
                index = end
            case .branchEnd:
                throw error(at: index, "this ] closes no branch")
            default:
                outside.append(index)
            }
            index += 1
        }
        return (try part(outside), branches)
    }

    // MARK: Parts

    /// Puts a part together from the tokens of these indices.
    private mutating func part(_ indices: [Int]) throws(PipelineError) -> PipelinePart {
        let elements = try elements(of: indices)
        var part = PipelinePart()
        var current: Int?
        for index in indices {
            let token = tokens[index]
            switch token.kind {
            case .element(let factory):
                current = index
                var words = factory
                if let element = elements[index], element.isNamedHere { words += " name=\(element.name)" }
                part.pieces.append(.text(words))
            case .assignment(let property, let value) where !value.knobs.isEmpty:
                if property == "name" {
                    throw error(at: value, "a knob cannot name an element")
                }
                guard let current, let element = elements[current] else {
                    throw error(at: value, "a knob can stand in a property of an element, not of a bin")
                }
                if property == "caps" {
                    part.pieces.append(.capsProperty(property, value))
                } else {
                    part.properties.append(
                        .init(element: element.name, property: property, value: value, offset: token.range.lowerBound))
                }
            case .link(let caps):
                current = nil
                part.pieces.append(caps.map { .linkCaps($0) } ?? .text("!"))
            case .assignment:
                part.pieces.append(.text(literalText(of: token)))
            case .reference(let element, _):
                current = nil
                try checkReference(to: element, at: index)
                part.pieces.append(.text(literalText(of: token)))
            default:
                current = nil
                part.pieces.append(.text(literalText(of: token)))
            }
        }
        return part
    }

    /// gst_parse crashes on some references to an element that is not there, and finds those inside bins too.
    private func checkReference(to name: String, at index: Int) throws(PipelineError) {
        if names.contains(name) { return }
        // An element without a name of its own is called after its factory, with a number.
        let factory = String(name.reversed().drop { $0.isNumber }.reversed())
        let isNumbered = factory.count < name.count
        if isNumbered, factories.contains(factory) { return }
        let hint = nearest(to: name, among: names.sorted()).map { ": did you mean \($0)?" } ?? ""
        throw error(at: index, "no element of this text is named \(name)\(hint)")
    }

    /// For each element with a knob in a property: its own name, or a new one that tells what it is and does.
    private mutating func elements(
        of indices: [Int]
    ) throws(PipelineError) -> [Int: (name: String, isNamedHere: Bool)] {
        var found: [Element] = []
        var firstKnobs: [Int: String] = [:]
        var current: Int?
        for index in indices {
            switch tokens[index].kind {
            case .element(let factory):
                current = found.count
                found.append(Element(factory: factory, token: index))
            case .assignment(let property, let value):
                guard let current else { continue }
                if property == "name" { found[current].name = value.literal }
                if let knob = value.knobs.first, firstKnobs[current] == nil { firstKnobs[current] = knob.name }
            default:
                current = nil
            }
        }
        var result: [Int: (name: String, isNamedHere: Bool)] = [:]
        for (index, element) in found.enumerated() {
            guard let knob = firstKnobs[index] else { continue }
            let name = element.name ?? freshName("\(element.factory)-\(knob)")
            result[element.token] = (name, element.name == nil)
        }
        return result
    }

    private mutating func freshName(_ wanted: String) -> String {
        while true {
            let number = made[wanted, default: 0] + 1
            made[wanted] = number
            let name = number == 1 ? wanted : "\(wanted)-\(number)"
            if names.insert(name).inserted { return name }
        }
    }

    private func literalText(of token: PipelineToken) -> String {
        // `$${` is ours and `\$` nobody's, so the only thing to resolve in text for gst_parse is that escape.
        text[token.range].replacingEscapedKnobs()
    }

    // MARK: Branches

    private func branchEnd(from start: Int) throws(PipelineError) -> Int {
        for index in (start + 1)..<max(tokens.count, start + 1) {
            switch tokens[index].kind {
            case .branchStart: throw error(at: index, "a branch cannot stand inside another")
            case .branchEnd: return index
            default: continue
            }
        }
        throw error(at: start, "this [ is never closed by a ] that stands alone")
    }

    /// Reads `source. ! caps ! chain ! target.pad`.
    private mutating func branch(start: Int, tokens indices: [Int]) throws(PipelineError) -> BranchPart {
        let shape = "an optional branch is written [ source. ! caps ! elements ! target. ]"
        guard indices.count >= 4, case .reference(let source, "") = tokens[indices[0]].kind else {
            throw error(at: start, "\(shape): it starts with the name of an element and a dot")
        }
        guard case .link(let caps?) = tokens[indices[1]].kind, case .link(nil) = tokens[indices[2]].kind else {
            throw error(at: indices[1], "\(shape): caps follow the source")
        }
        let last = indices.count - 1
        guard case .reference(let target, let targetPad) = tokens[indices[last]].kind else {
            throw error(at: indices[last], "\(shape): it ends with the name of an element and a dot")
        }
        guard case .link(nil) = tokens[indices[last - 1]].kind else {
            throw error(at: indices[last - 1], "\(shape): a plain ! stands before the target")
        }
        let chain = last - 1 > 3 ? Array(indices[3..<(last - 1)]) : []
        for index in chain {
            if case .reference = tokens[index].kind { throw error(at: index, "\(shape): one chain, without others") }
        }
        var chainPart = try part(chain)
        if let end = chain.last, case .link = tokens[end].kind {
            // gst_parse takes caps only between two elements.
            chainPart.pieces.append(.text("! identity"))
        }
        return BranchPart(
            offset: tokens[start].range.lowerBound, source: source, caps: caps, chain: chainPart,
            wording: wording(of: Array(indices[3...])), target: target, targetPad: targetPad)
    }

    private func wording(of indices: [Int]) -> String {
        indices.map { text[tokens[$0].range].split(whereSeparator: \.isWhitespace).joined(separator: " ") }
            .joined(separator: " ")
    }

    // MARK: Errors

    private func error(at index: Int, _ detail: String) -> PipelineError {
        text.error(at: tokens[index].range.lowerBound, detail)
    }

    private func error(at value: KnobText, _ detail: String) -> PipelineError {
        text.error(at: value.knobs.first?.offset ?? 0, detail)
    }
}

extension String {
    /// `$${` as `${`.
    fileprivate func replacingEscapedKnobs() -> String {
        var result: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.first {
            if rest.starts(with: "$${".utf8) { rest = rest.dropFirst() }
            result.append(byte)
            rest = rest.dropFirst()
        }
        return String(decoding: result, as: UTF8.self)
    }
}
