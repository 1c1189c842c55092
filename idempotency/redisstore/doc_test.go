package redisstore_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// documentation is the package's comment.
func documentation(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	return string(text)
}
