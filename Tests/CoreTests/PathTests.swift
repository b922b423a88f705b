import Core
import Foundation
import Testing

@Suite("Path: bytes, as the kernel has them")
struct PathTests {
  @Test(
    "a folder's names are read whole, of every length that the kernel takes, and others' bytes too")
  func names() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = Path(folder.path)
    #expect(path.names() == [])

    var expected: Set<[UInt8]> = [[0xff, 0xfe]]
    for length in 1...255 {
      for letter in UInt8(ascii: "a")...UInt8(ascii: "d") {
        expected.insert([UInt8](repeating: letter, count: length))
      }
    }
    for name in expected {
      let file = Path(path.bytes + [UInt8(ascii: "/")] + name)
      let descriptor = file.withCString { open($0, O_WRONLY | O_CREAT | O_EXCL, 0o600) }
      try #require(descriptor >= 0)
      close(descriptor)
    }
    let found = try #require(path.names())
    #expect(found.count == expected.count)
    #expect(Set(found) == expected)
    #expect(path.names(atMost: 3)?.count == 3)
  }

  @Test("what is not a folder has no names", arguments: ["/dev/null", "/no/such/folder", ""])
  func noFolder(path: String) {
    #expect(Path(path).names() == nil)
  }

  @Test(
    "the folder of a path",
    arguments: [("a", "."), ("/a", "/"), ("a/b", "a"), ("/a/b/c", "/a/b"), ("./a", ".")])
  func folder(path: String, folder: String) {
    #expect(Path(path).folder == Path(folder))
  }
}
