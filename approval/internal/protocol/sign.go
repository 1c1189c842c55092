package protocol

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	proofVersion = "1"
	// proofPurpose separates the signatures of votes and changes from all others that a
	// key makes.
	proofPurpose = "approval.message"
)

// A Signer signs statements.
type Signer interface {
	ID() string
	Sign(purpose string, data []byte) ([]byte, error)
}

// A Verifier checks signatures.
type Verifier interface {
	ID() string
	Verify(purpose string, data, signature []byte) bool
}

// A Place says where a statement holds: in a chain of runs. The first of them names it, so
// that the statement holds after continue-as-new and not for another workflow of that ID.
type Place struct{ Namespace, WorkflowID, FirstRunID string }

// A Statement holds what a proof signs: where the message counts, and all its fields.
type Statement struct {
	place Place
	parts []string
}

// bytes returns the parts with their lengths, since a part may have any bytes.
func (s Statement) bytes(until string) []byte {
	var b strings.Builder
	for _, part := range append([]string{proofVersion, until, s.place.Namespace, s.place.WorkflowID, s.place.FirstRunID}, s.parts...) {
		b.WriteString(fmt.Sprintf("%d:%s", len(part), part))
	}
	return []byte(b.String())
}

// Sign returns the proof of a statement, which is text: version, key, end in Unix
// seconds, signature.
func Sign(k Signer, s Statement, until time.Time) (string, error) {
	end := strconv.FormatInt(until.Unix(), 10)
	signature, err := k.Sign(proofPurpose, s.bytes(end))
	if err != nil {
		return "", err
	}
	return strings.Join([]string{proofVersion, k.ID(), end, base64.RawURLEncoding.EncodeToString(signature)}, "."), nil
}

var errUnreadable = errors.New("there is no proof that can be read; sign it with a key that the workers have")

// Verify returns what is wrong with a proof. The error does not tell what would have been
// right.
func Verify[K Verifier](keys []K, s Statement, proof string, now time.Time) error {
	part := strings.Split(proof, ".")
	if proof == "" || len(part) != 4 || part[0] != proofVersion {
		return errUnreadable
	}
	signature, err := base64.RawURLEncoding.DecodeString(part[3])
	end, endErr := strconv.ParseInt(part[2], 10, 64)
	if err != nil || endErr != nil || base64.RawURLEncoding.EncodeToString(signature) != part[3] { // the decoder skips line ends
		return errUnreadable
	}
	for _, k := range keys {
		if k.ID() != part[1] {
			continue
		}
		if !k.Verify(proofPurpose, s.bytes(part[2]), signature) {
			continue // another may have that ID
		}
		if now.Unix() > end {
			return fmt.Errorf("its proof was good until %s; sign it again", time.Unix(end, 0).UTC().Format(time.RFC3339))
		}
		return nil
	}
	return errors.New("its proof does not hold; sign what is sent, for this workflow, with a key that the workers have")
}
