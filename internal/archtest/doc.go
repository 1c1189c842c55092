// Package archtest checks the shape of this repository: what one Go file can
// show by itself, without types and without being built. [Check] reads a tree
// and answers with one [Violation] for each rule broken in it:
//
//   - imports: packages of ours import each other only downwards, along the
//     table in table.go; a package that is not in the table is a violation too.
//   - links: a store links the driver that it is for, and no other; their test
//     kit links none.
//   - names: a package that users import exports at most 40 top-level names;
//     surface.go lists those that export more, and how many.
//   - methods: those of one type are in at most four files; surface.go lists the
//     types that have more.
//   - leaks: no type of an internal package in an exported signature, field or alias.
//   - length: no Go file is longer than 200 lines, no main.go of an example than 80.
//   - width: no line outside tests has over 140 columns.
//   - kits: only tests and test kits import testing, testify and their like.
//   - decode: workflow code takes bytes apart in internal/wire and nowhere else.
//   - waits: workflow code of ours leaves the SDK's Await with a timeout alone.
//   - panic: a library does not panic, but where a comment says why it must.
//
// The last one has the only annotation that this package knows. It stands on
// the line of the call to panic, or on the line before:
//
//	//archtest:panic <the reason why no error can be returned here>
//
// What needs types or control flow is left to the linters and workflowcheck;
// .ci/run runs all of them. Directories named testdata or vendor, and those
// whose names start with a dot or an underscore, are not read.
//
// The rules are decisions of docs/design.md. Changing one means
// changing it there first.
package archtest
