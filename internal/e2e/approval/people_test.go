package approval_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
)

// newPeople is a client of the package, as in every test that needs no error of it.
func newPeople(t testing.TB, c client.Client, o approvalclient.Options) *approvalclient.Client {
	t.Helper()
	made, err := approvalclient.New(c, o)
	require.NoError(t, err)
	return made
}
