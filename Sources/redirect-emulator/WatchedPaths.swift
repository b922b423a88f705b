import CSystem
import Core
import Glibc

/// The path to each scenario file, watched at every step: inotify(7) watches each folder in which a name of the path is
/// looked up, including folders of links and of their targets. A name on the path that is moved, removed or added is an
/// event of one of them.
struct WatchedPaths {
  /// What is at one path.
  struct Entry: Hashable {
    let path: Path
    /// Whether an option named it. A file of a folder is in the list only if the folder has it.
    let isNamed: Bool
    /// nil if nothing is there.
    let version: FileVersion?
  }

  /// What to do about an event.
  enum Hint: Int {
    /// Nothing: a file that was just made, and is not written yet.
    case nothing
    /// Look a little later whether something is gone: it may be made again at once.
    case gone
    /// Look at once if the last reload failed: the permissions may have been the reason.
    case attributes
    /// Look at once.
    case changed
  }

  /// Readable when there are events.
  let descriptor: Int32
  private let files: ScenarioFiles
  private var folders: [Int32: Folder] = [:]

  private struct Folder {
    let path: Path
    /// The names that are looked up in it, and whether each is a link or a folder on the path.
    var names: [[UInt8]: Bool] = [:]
    /// Whether every name of a scenario file matters.
    var isScenario = false
  }

  // Not IN_MODIFY: a file that is being written is not read before it is closed.
  private static let mask =
    UInt32(
      IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ATTRIB
        | IN_DELETE_SELF
        | IN_MOVE_SELF) | UInt32(IN_ONLYDIR)
  /// As many links as the kernel follows: path_resolution(7).
  private static let mostLinks = 40

  init(_ files: ScenarioFiles, descriptor: Int32) {
    self.files = files
    self.descriptor = descriptor
  }

  /// Follows all paths again, watches the folders on them and no others, and returns what is at their ends.
  ///
  /// A folder is watched before a name is looked up in it, so nothing happens unseen between the two. A folder that
  /// cannot be watched, because it may not be read, is left to the looks by the clock.
  mutating func look() -> [Entry] {
    let before = folders
    folders = [:]
    var entries: [Entry] = []
    for source in files.sources {
      guard case .path(let path, _) = source else { continue }
      guard let (end, status) = walk(path) else {
        entries.append(Entry(path: path, isNamed: true, version: nil))
        continue
      }
      guard status.kind == S_IFDIR else {
        entries.append(Entry(path: path, isNamed: true, version: status.version))
        continue
      }
      if let watch = watch(end) { folders[watch]?.isScenario = true }
      entries.append(Entry(path: path, isNamed: true, version: status.identity))
      for file in files.files(in: path) ?? [] {
        entries.append(Entry(path: file, isNamed: false, version: walk(file)?.status.version))
      }
    }
    for watch in before.keys where folders[watch] == nil { inotify_rm_watch(descriptor, watch) }
    return entries
  }

  /// Takes the events that have come. If there are very many, the rest is left for the next call.
  func takeEvents() -> Hint {
    var hint = Hint.nothing
    var buffer = [UInt8](repeating: 0, count: 16_384)
    for _ in 0..<64 {
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { return hint }
      buffer.withUnsafeBytes { bytes in
        var offset = 0
        let head = MemoryLayout<inotify_event>.size
        while offset + head <= count {
          let event = bytes.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
          let end = min(offset + head + Int(event.len), count)
          let name = bytes[(offset + head)..<end].prefix { $0 != 0 }
          let found = self.hint(of: event.wd, event.mask, Array(name))
          if found.rawValue > hint.rawValue { hint = found }
          offset = end
        }
      }
    }
    return hint
  }

  private func hint(of watch: Int32, _ mask: UInt32, _ name: [UInt8]) -> Hint {
    func has(_ bits: Int32) -> Bool { mask & UInt32(bitPattern: bits) != 0 }
    if has(IN_Q_OVERFLOW) || has(IN_DELETE_SELF) || has(IN_MOVE_SELF) || has(IN_UNMOUNT) {
      return .changed
    }
    guard let folder = folders[watch] else { return .nothing }
    let isWay: Bool
    if let known = folder.names[name] {
      isWay = known
    } else if folder.isScenario, ScenarioFiles.isOfFolder(name) {
      isWay = false
    } else {
      return .nothing
    }
    if has(IN_CLOSE_WRITE) || has(IN_MOVED_TO) { return .changed }
    if has(IN_CREATE) {
      if isWay || has(IN_ISDIR) { return .changed }
      // A new plain file is not complete before it is written and closed. A link is complete at once, and so is a hard
      // link to an existing file.
      guard let status = FileStatus(folder.path.joined(with: Path(name))) else { return .gone }
      return status.kind == S_IFREG && status.names == 1 ? .nothing : .changed
    }
    if has(IN_DELETE) || has(IN_MOVED_FROM) { return .gone }
    return has(IN_ATTRIB) ? .attributes : .nothing
  }

  /// Follows a path step by step, through links, and watches each folder on it.
  ///
  /// - Returns: the path without links, and what is there; nil if nothing is.
  private mutating func walk(_ path: Path) -> (end: Path, status: FileStatus)? {
    let slash = UInt8(ascii: "/")
    var base = path.bytes.first == slash ? Path("/") : Path(".")
    var steps = path.bytes.split(separator: slash).map(Array.init)
    var links = 0
    while !steps.isEmpty {
      let name = steps.removeFirst()
      if name == Array(".".utf8) { continue }
      let next = base.joined(with: Path(name))
      if name == Array("..".utf8) {
        base = next
        continue
      }
      let watch = watch(base)
      guard let status = FileStatus(next) else {
        // Every name that comes here may be a link or a folder.
        note(name, isWay: !steps.isEmpty, in: watch)
        return nil
      }
      note(name, isWay: status.kind == S_IFLNK || !steps.isEmpty, in: watch)
      guard status.kind == S_IFLNK else {
        base = next
        continue
      }
      links += 1
      guard links <= Self.mostLinks, let target = next.linkText else { return nil }
      if target.first == slash { base = Path("/") }
      steps = target.split(separator: slash).map(Array.init) + steps
    }
    return FileStatus(following: base).map { (base, $0) }
  }

  private mutating func note(_ name: [UInt8], isWay: Bool, in watch: Int32?) {
    guard let watch else { return }
    let wasWay = folders[watch]?.names[name] == true
    folders[watch]?.names[name] = isWay || wasWay
  }

  /// Watches a folder.
  ///
  /// - Returns: its number; nil if it cannot be watched.
  private mutating func watch(_ folder: Path) -> Int32? {
    let watch = folder.withCString { inotify_add_watch(descriptor, $0, Self.mask) }
    guard watch >= 0 else { return nil }
    if folders[watch] == nil { folders[watch] = Folder(path: folder) }
    return watch
  }
}
