package approvalkey_test

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalkey"
)

var secret = bytes.Repeat([]byte("s3cret-canary/"), 3)

func keys(t *testing.T) (mac, signing, verifying approvalkey.Key) {
	t.Helper()
	mac, err := approvalkey.NewHMACKey("k1", secret)
	require.NoError(t, err)
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	signing, err = approvalkey.NewSigningKey("k2", private)
	require.NoError(t, err)
	verifying, err = approvalkey.NewVerifyingKey("k2", private.Public().(ed25519.PublicKey))
	require.NoError(t, err)
	return mac, signing, verifying
}

func TestSignatureHoldsForPurposeDataAndKeyOnly(t *testing.T) {
	t.Parallel()
	mac, signing, verifying := keys(t)
	require.Equal(t, "k1", mac.ID())
	for name, pair := range map[string]struct{ signer, verifier approvalkey.Key }{
		"HMAC":                          {signer: mac, verifier: mac},
		"Ed25519, both parts":           {signer: signing, verifier: signing},
		"Ed25519, public part verifies": {signer: signing, verifier: verifying},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			signature, err := pair.signer.Sign("links", []byte("data"))
			require.NoError(t, err)
			require.True(t, pair.verifier.Verify("links", []byte("data"), signature))
			require.False(t, pair.verifier.Verify("links", []byte("Data"), signature), "other data")
			require.False(t, pair.verifier.Verify("link", []byte("sdata"), signature), "another purpose")
			require.False(t, pair.verifier.Verify("links", []byte("data"), signature[1:]), "a part of the signature")
			require.False(t, pair.verifier.Verify("links", []byte("data"), nil), "no signature")
		})
	}
	signature, err := mac.Sign("links", []byte("data"))
	require.NoError(t, err)
	require.False(t, verifying.Verify("links", []byte("data"), signature), "another key")
	_, err = verifying.Sign("links", []byte("data"))
	require.ErrorContains(t, err, "key k2 cannot sign")
	require.False(t, approvalkey.Key{}.Verify("links", nil, nil), "the zero key")
}

func TestKeyKeepsACopyOfItsSecret(t *testing.T) {
	t.Parallel()
	own := bytes.Clone(secret)
	key, err := approvalkey.NewHMACKey("k", own)
	require.NoError(t, err)
	signature, err := key.Sign("p", nil)
	require.NoError(t, err)
	clear(own)
	require.True(t, key.Verify("p", nil, signature))
}

func TestPrintedKeyShowsItsIDAndNoSecret(t *testing.T) {
	t.Parallel()
	mac, signing, verifying := keys(t)
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("keys", "mac", mac, "signing", signing, "all", []approvalkey.Key{mac})
	text := fmt.Sprintf("%v %+v %#v %s", mac, signing, []approvalkey.Key{verifying, mac}, mac) + log.String()
	require.NotContains(t, text, "canary")
	require.NotContains(t, text, fmt.Sprint(secret[:5]))
	require.Contains(t, text, "key k1")
}

func TestUnusableKeysAreRefused(t *testing.T) {
	t.Parallel()
	second := func(_ approvalkey.Key, err error) error { return err }
	for want, err := range map[string]error{
		"has 31 bytes; use 32":    second(approvalkey.NewHMACKey("a", make([]byte, 31))),
		"without dots and spaces": second(approvalkey.NewHMACKey("a.b", make([]byte, 32))),
		"use 1 to 40 characters":  second(approvalkey.NewHMACKey("", make([]byte, 32))),
		"private key of 64":       second(approvalkey.NewSigningKey("a", make([]byte, 64)[:63])),
		"public key of 32":        second(approvalkey.NewVerifyingKey("a", nil)),
	} {
		require.ErrorContains(t, err, want)
	}
}
