package archtest_test

import (
	"io/fs"
	"maps"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/internal/archtest"
)

// TestRepository is what the package is for: the tree around it is in order.
func TestRepository(t *testing.T) {
	t.Parallel()
	found, err := archtest.Check(os.DirFS("../.."))
	require.NoError(t, err)
	for _, violation := range found {
		t.Error(violation)
	}
}

// files are the Go files of a fixture, by path.
type files map[string]string

// clean is a small repository that keeps every rule: each planted fault is put
// into a copy of it, so that nothing else can be what is found.
func clean() files {
	return files{
		"go.mod":          "// The library.\nmodule \"example.com/lib\"\n\ngo 1.26.0\n",
		"examples/go.mod": "module example.com/lib/examples\n",

		"internal/devserver/go.mod": "module example.com/lib/internal/devserver\n",
		"doc.go":                    "package lib\n",
		"internal/apperr/has.go": `package apperr

import "go.temporal.io/sdk/temporal"

var _ temporal.ApplicationError
`,
		"internal/testenv/env.go": "package testenv\n\nimport _ \"go.temporal.io/sdk/testsuite\"\n",
		"internal/wire/decode.go": `package wire

import "encoding/json"

func Decode(b []byte, v any) error {
	//workflowcheck:ignore
	return json.Unmarshal(b, v)
}
`,
		"internal/wait/wait.go": `package wait

import (
	"go.temporal.io/sdk/workflow"

	"example.com/lib/internal/wire"
)

func Until(ctx workflow.Context) error { return workflow.Await(ctx, nil) }

func Must() {
	//archtest:panic only for package-level variables
	panic(wire.Decode(nil, nil))
}
`,
		"approval/policy/policy.go": "package policy\n",
		"approval/await.go": `package approval

import (
	_ "example.com/lib/approval/policy"
	_ "example.com/lib/internal/apperr"
)
`,
		"approval/await_test.go": `package approval_test

import (
	_ "encoding/json"
	_ "testing"

	_ "example.com/lib/approval"
	_ "example.com/lib/approval/approvaltest"
	_ "example.com/lib/internal/testenv"
)

func init() {}
`,
		"approval/approvaltest/kit.go": `package approvaltest

import (
	_ "testing"

	_ "example.com/lib/approval"
	_ "example.com/lib/internal/testenv"
)
`,
		"examples/expense/main.go": `package main

import (
	_ "encoding/json"

	_ "example.com/lib"
	_ "example.com/lib/approval"
	_ "example.com/lib/internal/devserver"
)

func init() { panic("programs may") }
`,
		"internal/devserver/devserver.go": "package devserver\n",
		"approval/testdata/broken.go":     "this is not Go",
		".cache/broken.go":                "nor is this",
	}
}

// tree is a clean repository with more files in it, or others.
func tree(planted files) fs.FS {
	all := clean()
	maps.Copy(all, planted)
	fixture := fstest.MapFS{}
	for name, text := range all {
		fixture[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fixture
}

// fault is one planted fault, and what is to be found: the file, and words of
// the rule and of the mend.
type fault struct {
	planted files
	file    string
	rule    string
	mend    string
}

// find checks that each fault is found, and nothing but the fault.
func find(t *testing.T, faults map[string]fault) {
	t.Helper()
	for name, tc := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, err := archtest.Check(tree(tc.planted))
			require.NoError(t, err)
			require.Len(t, found, 1)
			require.Equal(t, tc.file, found[0].File)
			require.Contains(t, found[0].Rule, tc.rule)
			require.Contains(t, found[0].Mend, tc.mend)
		})
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	t.Run("finds nothing in a tree that is in order", func(t *testing.T) {
		t.Parallel()
		found, err := archtest.Check(tree(nil))
		require.NoError(t, err)
		require.Empty(t, found)
	})
	t.Run("orders what it finds by file and prints rule and mend", func(t *testing.T) {
		t.Parallel()
		found, err := archtest.Check(tree(files{
			"signals/b.go": "package signals\n\nfunc init() {}\n",
			"retry/a.go":   "package retry\n\nfunc init() {}\n",
		}))
		require.NoError(t, err)
		require.Len(t, found, 2)
		require.Equal(t, []string{"retry/a.go:3", "signals/b.go:3"}, []string{found[0].File, found[1].File})
		lines := strings.Split(found[0].String(), "\n")
		require.Len(t, lines, 2)
		require.True(t, strings.HasPrefix(lines[0], "retry/a.go:3: panic: "), lines[0])
		require.True(t, strings.HasPrefix(lines[1], "\tmend: "), lines[1])
	})
	t.Run("says what to do when there is no module", func(t *testing.T) {
		t.Parallel()
		_, err := archtest.Check(fstest.MapFS{"a/go.mod": {Data: []byte("go 1.26.0\n")}})
		require.ErrorContains(t, err, "found no go.mod with a module line at the root of the tree, only 1 elsewhere; give Check")
	})
	t.Run("says when the tree cannot be read", func(t *testing.T) {
		t.Parallel()
		_, err := archtest.Check(os.DirFS("no/such/directory"))
		require.ErrorIs(t, err, fs.ErrNotExist)
	})
}
