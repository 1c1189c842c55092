package approvalkey

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"strings"
)

// A Key signs votes and changes, or checks their signatures. Several may be in
// use at a time, so that they can be exchanged: sign with the new one once all
// workers know it. A key does not tell its secret when it is printed or logged.
type Key struct {
	id      string
	secret  []byte // of HMAC
	private ed25519.PrivateKey
	public  ed25519.PublicKey
}

const (
	leastSecret = 32
	maxKeyID    = 40
)

// NewHMACKey returns a key for HMAC-SHA256, with which a program that can check
// signatures can also make them. The secret has at least 32 bytes.
func NewHMACKey(id string, secret []byte) (Key, error) {
	if len(secret) < leastSecret {
		return Key{}, fmt.Errorf("approvalkey: the secret of key %q has %d bytes; use %d random ones or more", id, len(secret), leastSecret)
	}
	return named(Key{id: id, secret: bytes.Clone(secret)})
}

// NewSigningKey returns an Ed25519 key that signs. Give workers the public part,
// by [NewVerifyingKey]: they need not be able to sign.
func NewSigningKey(id string, private ed25519.PrivateKey) (Key, error) {
	if len(private) != ed25519.PrivateKeySize {
		return Key{}, fmt.Errorf("approvalkey: key %q has %d bytes; use an Ed25519 private key of %d", id, len(private), ed25519.PrivateKeySize)
	}
	private = bytes.Clone(private)
	public, _ := private.Public().(ed25519.PublicKey)
	return named(Key{id: id, private: private, public: public})
}

// NewVerifyingKey returns an Ed25519 key that checks signatures.
func NewVerifyingKey(id string, public ed25519.PublicKey) (Key, error) {
	if len(public) != ed25519.PublicKeySize {
		return Key{}, fmt.Errorf("approvalkey: key %q has %d bytes; use an Ed25519 public key of %d", id, len(public), ed25519.PublicKeySize)
	}
	return named(Key{id: id, public: bytes.Clone(public)})
}

func named(k Key) (Key, error) {
	if k.id == "" || len(k.id) > maxKeyID || strings.ContainsAny(k.id, ". \n") {
		return Key{}, fmt.Errorf("approvalkey: a key has the ID %.50q; use 1 to %d characters without dots and spaces", k.id, maxKeyID)
	}
	return k, nil
}

// String returns the key's ID.
func (k Key) String() string { return "key " + k.id }

// GoString returns the key's ID.
func (k Key) GoString() string { return k.String() }

// LogValue returns the key's ID.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// ID returns the key's ID.
func (k Key) ID() string { return k.id }

// Sign signs data for a purpose, such as the links of package approvalhttp. The signature
// holds for that purpose only. Purposes that begin with "approval" are taken.
func (k Key) Sign(purpose string, data []byte) ([]byte, error) {
	data = forPurpose(purpose, data)
	switch {
	case k.secret != nil:
		return mac(k.secret, data), nil
	case k.private != nil:
		return ed25519.Sign(k.private, data), nil
	}
	return nil, fmt.Errorf("approvalkey: %v cannot sign; use one from NewHMACKey or NewSigningKey", k)
}

// Verify reports whether [Key.Sign] has made the signature of data, for that purpose and
// with this key or its private part.
func (k Key) Verify(purpose string, data, signature []byte) bool {
	data = forPurpose(purpose, data)
	if k.secret != nil {
		return hmac.Equal(mac(k.secret, data), signature) // in constant time
	}
	return k.public != nil && ed25519.Verify(k.public, data, signature)
}

// forPurpose returns what is signed.
func forPurpose(purpose string, data []byte) []byte {
	const name = "temporal-patterns.approval"
	return fmt.Appendf(nil, "%d:%s%d:%s%s", len(name), name, len(purpose), purpose, data)
}

func mac(secret, data []byte) []byte {
	h := hmac.New(sha256.New, secret)
	_, _ = h.Write(data) // never fails
	return h.Sum(nil)
}
