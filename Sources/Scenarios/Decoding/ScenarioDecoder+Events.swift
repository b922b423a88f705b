import Core
import Documents

extension ScenarioDecoder {
  static func eventRule(_ value: DocumentValue, index: Int) -> EventRule? {
    guard let reader = value.object(ScenarioNames.eventRule) else { return nil }
    var rule = EventRule(
      name: name(reader["name"]) ?? "events[\(index)]", calls: ordinals(reader["calls"]),
      deliveries: ordinals(reader["deliveries"]), chance: percentage(reader["chance"]),
      fault: eventFault(reader))
    rule.source = value.node
    return rule
  }

  private static func eventFault(_ reader: ObjectReader) -> EventFault {
    let names = ScenarioNames.eventFault
    if !names.contains(where: { reader[$0] != nil }) {
      reader.value.refuse(
        "The rule does nothing. It needs one of \(names.joined(separator: ", ")).")
    }
    reader.refuse(
      "drop", with: names.filter { $0 != "drop" }, because: "an event that is dropped is not sent")
    reader.refuse(
      "batch", with: ["duplicate", "order"],
      because: "the events of a batch are sent together, once")
    return EventFault(
      duplicate: reader["duplicate"]?.integer(in: EventFault.duplicateRange) ?? 0,
      delay: reader["delay"].flatMap(delay), isDropped: isDropped(reader["drop"]),
      comesLast: reader["order"]?.name(among: ["last"], what: "order") != nil,
      batch: reader["batch"]?.integer(in: EventFault.batchRange),
      contentType: reader["contentType"].flatMap(fieldValue), pace: reader["pace"].flatMap(pace),
      cutAfterBytes: reader["cut"].flatMap(cut))
  }

  private static func isDropped(_ value: DocumentValue?) -> Bool {
    guard let value else { return false }
    if value.bool() == false { value.refuse("'drop' must be true or left out.") }
    return true
  }

  private static func cut(_ value: DocumentValue) -> Int? {
    value.object(ScenarioNames.cut)?.required("afterBytes")?.byteCount(in: EventFault.cutRange)
  }
}
