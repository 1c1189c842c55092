package approval

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"
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
	proofVersion = "1"
	leastSecret  = 32
	maxKeyID     = 40
)

// NewHMACKey returns a key for HMAC-SHA256, with which whoever can check
// signatures can also make them. The secret has at least 32 bytes.
func NewHMACKey(id string, secret []byte) (Key, error) {
	if len(secret) < leastSecret {
		return Key{}, fmt.Errorf("approval: the secret of key %q has %d bytes; use %d random ones or more", id, len(secret), leastSecret)
	}
	return named(Key{id: id, secret: bytes.Clone(secret)})
}

// NewSigningKey returns an Ed25519 key that signs. Give workers the public part,
// by [NewVerifyingKey]: they need not be able to sign.
func NewSigningKey(id string, private ed25519.PrivateKey) (Key, error) {
	if len(private) != ed25519.PrivateKeySize {
		return Key{}, fmt.Errorf("approval: key %q has %d bytes; use an Ed25519 private key of %d", id, len(private), ed25519.PrivateKeySize)
	}
	private = bytes.Clone(private)
	public, _ := private.Public().(ed25519.PublicKey)
	return named(Key{id: id, private: private, public: public})
}

// NewVerifyingKey returns an Ed25519 key that checks signatures.
func NewVerifyingKey(id string, public ed25519.PublicKey) (Key, error) {
	if len(public) != ed25519.PublicKeySize {
		return Key{}, fmt.Errorf("approval: key %q has %d bytes; use an Ed25519 public key of %d", id, len(public), ed25519.PublicKeySize)
	}
	return named(Key{id: id, public: bytes.Clone(public)})
}

func named(k Key) (Key, error) {
	if k.id == "" || len(k.id) > maxKeyID || strings.ContainsAny(k.id, ". \n") {
		return Key{}, fmt.Errorf("approval: a key has the ID %.50q; use 1 to %d characters without dots and spaces", k.id, maxKeyID)
	}
	return k, nil
}

// String is the key's ID.
func (k Key) String() string { return "key " + k.id }

// GoString is the key's ID.
func (k Key) GoString() string { return k.String() }

// LogValue is the key's ID.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// A place is where a statement holds: a chain of runs, which is named by the first
// of them, so that it holds after continue-as-new and not for another workflow of
// that ID.
type place struct{ namespace, workflowID, firstRunID string }

// A statement is what is signed: where it is to be counted, and all that it says.
type statement struct {
	place
	parts []string
}

// bytes are the parts with their lengths, since any byte may stand in them.
func (s statement) bytes(until string) []byte {
	var b strings.Builder
	for _, part := range append([]string{"temporal-patterns.approval", proofVersion, until, s.namespace, s.workflowID, s.firstRunID}, s.parts...) {
		b.WriteString(fmt.Sprintf("%d:%s", len(part), part))
	}
	return []byte(b.String())
}

// sign returns the proof of a statement, which is text: version, key, end in Unix
// seconds, signature.
func (k Key) sign(s statement, until time.Time) (string, error) {
	end := strconv.FormatInt(until.Unix(), 10)
	signature, err := k.over(s.bytes(end))
	if err != nil {
		return "", err
	}
	return strings.Join([]string{proofVersion, k.id, end, base64.RawURLEncoding.EncodeToString(signature)}, "."), nil
}

// over is the signature over data.
func (k Key) over(data []byte) ([]byte, error) {
	switch {
	case k.secret != nil:
		return mac(k.secret, data), nil
	case k.private != nil:
		return ed25519.Sign(k.private, data), nil
	}
	return nil, fmt.Errorf("approval: %v cannot sign; use one from NewHMACKey or NewSigningKey", k)
}

// verify reports what is wrong with a proof. It says nothing of what would have
// been right.
func verify(keys []Key, s statement, proof string, now time.Time) error {
	part := strings.Split(proof, ".")
	if proof == "" || len(part) != 4 || part[0] != proofVersion {
		return errors.New("there is no proof that can be read; sign it with a key that the workers have")
	}
	signature, err := base64.RawURLEncoding.DecodeString(part[3])
	end, endErr := strconv.ParseInt(part[2], 10, 64)
	if err != nil || endErr != nil || base64.RawURLEncoding.EncodeToString(signature) != part[3] { // the decoder skips line ends
		return errors.New("there is no proof that can be read; sign it with a key that the workers have")
	}
	for _, k := range keys {
		if k.id != part[1] {
			continue
		}
		if !k.holds(s.bytes(part[2]), signature) {
			continue // another may have that ID
		}
		if now.Unix() > end {
			return fmt.Errorf("its proof was good until %s; sign it again", time.Unix(end, 0).UTC().Format(time.RFC3339))
		}
		return nil
	}
	return errors.New("its proof does not hold; sign what is sent, for this workflow, with a key that the workers have")
}

func (k Key) holds(data, signature []byte) bool {
	if k.secret != nil {
		return hmac.Equal(mac(k.secret, data), signature) // in constant time
	}
	return k.public != nil && ed25519.Verify(k.public, data, signature)
}

func mac(secret, data []byte) []byte {
	h := hmac.New(sha256.New, secret)
	_, _ = h.Write(data) // never fails
	return h.Sum(nil)
}
