package approval_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval"
)

// A signature holds for its purpose, its data and its key, and for nothing else.
func TestSignForAPurpose(t *testing.T) {
	t.Parallel()
	mac, signing, verifying := keys(t)
	require.Equal(t, "k1", mac.ID())
	for _, pair := range [][2]approval.Key{{mac, mac}, {signing, signing}, {signing, verifying}} {
		signature, err := pair[0].Sign("links", []byte("data"))
		require.NoError(t, err)
		require.True(t, pair[1].Verify("links", []byte("data"), signature))
		require.False(t, pair[1].Verify("links", []byte("Data"), signature))
		require.False(t, pair[1].Verify("link", []byte("sdata"), signature))
		require.False(t, pair[1].Verify("links", []byte("data"), signature[1:]))
		require.False(t, pair[1].Verify("links", []byte("data"), nil))
	}
	signature, err := mac.Sign("links", []byte("data"))
	require.NoError(t, err)
	require.False(t, verifying.Verify("links", []byte("data"), signature))
	_, err = verifying.Sign("links", []byte("data"))
	require.ErrorContains(t, err, "key k2 cannot sign")
	require.False(t, approval.Key{}.Verify("links", nil, nil))
}
