package driver

import (
	"encoding/hex"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// A Key names a piece of work: the SHA-256 of the parts of an idempotency key.
type Key [32]byte

// String returns the key in hex.
func (k Key) String() string { return hex.EncodeToString(k[:]) }

// ParseKey parses the hex form that [Key.String] returns.
func ParseKey(s string) (k Key, err error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(k) {
		return k, fmt.Errorf("idempotency: %.70q is no key; give the %d hex digits of a log line or a list", s, 2*len(k))
	}
	copy(k[:], b)
	return k, nil
}

// An Owner identifies one attempt by random bytes, made before its first claim, so that a
// store recognizes a claim whose answer was lost.
type Owner [16]byte

// A Ref identifies a claim that was won.
type Ref struct {
	Key   Key
	Owner Owner
	// Fence orders attempts as a fencing token: it grows by one with each claim that
	// another owner wins, as long as the record exists.
	Fence int64
}

// A State says how far the work of a record is. Stores keep these numbers.
type State uint8

// The states of a record.
const (
	// StateInProgress means that the work has an owner. Past its lease it is abandoned.
	StateInProgress State = 1
	// StateCompleted means that the work has a result.
	StateCompleted State = 2
	// StateFailed means that the work has failed for good. The result holds the failure.
	StateFailed State = 3
	// StatePending means that the work goes on outside and is completed asynchronously.
	StatePending State = 4
	// StateIndeterminate means that the work may have had its effect. A person must review it.
	StateIndeterminate State = 5
	// StateReleased means that the work had no effect. The next claim wins it.
	StateReleased State = 6
)

// A Record holds what a store knows about a key.
type Record struct {
	State       State
	Owner       Owner
	Fence       int64
	Fingerprint []byte
	// Result holds the result of Finish: an encoded result or failure. A store keeps nil
	// and empty apart.
	Result []byte
	// Progress holds the last progress that Renew has kept. It survives a takeover.
	Progress []byte
	// TakenOver reports that the owner has taken over abandoned work, which may have
	// had its effect before.
	TakenOver bool
	// Remaining holds the time left of the lease of a record in progress. At 0 or less
	// the record is abandoned.
	Remaining time.Duration
	// Age measures the time since the key was claimed first, across releases and takeovers.
	Age time.Duration
	// Info repeats the Info of the last claim that was won.
	Info Info
}

// An Entry holds a record and its key.
type Entry struct {
	Key Key
	Record
}

// Info says, unencrypted, which activity has claimed a record. It is for people and
// has no part in any decision.
type Info struct {
	Namespace    string `json:"namespace,omitempty"`
	WorkflowID   string `json:"workflowId,omitempty"`
	RunID        string `json:"runId,omitempty"`
	ActivityType string `json:"activityType,omitempty"`
	ActivityID   string `json:"activityId,omitempty"`
	Attempt      int32  `json:"attempt,omitempty"`
}

// maxInfo bounds the bytes of each text of an [Info] that a store keeps. Temporal's
// names and IDs are shorter.
const maxInfo = 1 << 10

// Kept returns the info as a [Store] keeps it, so that every database accepts it and
// no text keeps work from being done. It replaces invalid UTF-8 and NUL by a question
// mark, and cuts texts of more than 1 KB, which then end in "...".
func (i Info) Kept() Info {
	for _, text := range []*string{&i.Namespace, &i.WorkflowID, &i.RunID, &i.ActivityType, &i.ActivityID} {
		*text = keptText(*text)
	}
	return i
}

const ellipsis = "..."

func keptText(s string) string {
	long := len(s) > maxInfo
	if long {
		end := maxInfo - len(ellipsis)
		for least := end - utf8.UTFMax; end > least && !utf8.RuneStart(s[end]); { // do not cut a character
			end--
		}
		s = s[:end]
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "?"), "\x00", "?")
	if long {
		s += ellipsis
	}
	return s
}
