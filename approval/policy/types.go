package policy

import (
	"errors"
	"fmt"
	"math"
	"time"
)

const (
	// DefaultDeadline is the Deadline of a policy that names none.
	DefaultDeadline = 7 * 24 * time.Hour
	// NoDeadline as a Deadline lets a gate wait until somebody decides.
	NoDeadline = time.Duration(math.MaxInt64)
)

// A Policy says whose votes decide, and how many are needed.
type Policy struct {
	// Need is how many members of Group must approve. At least 1.
	Need int `json:"need"`
	// Group is whose members may decide. It must not be empty.
	Group string `json:"group"`
	// Veto is how many rejections end the gate. Zero means 1.
	Veto int `json:"veto,omitempty"`
	// AllowRequester lets the requester decide too. By default that is
	// refused: whoever asks does not approve (separation of duties).
	AllowRequester bool `json:"allowRequester,omitempty"`
	// Deadline is how long the gate waits, in nanoseconds of workflow time
	// when written as JSON. Zero means [DefaultDeadline]; [NoDeadline] waits
	// without end; negative is an error.
	Deadline time.Duration `json:"deadline,omitempty"`
}

// Quorum is the policy that n members of the group must approve, and that one
// rejection ends it.
func Quorum(n int, group string) Policy { return Policy{Need: n, Group: group} }

// Within returns the policy with a deadline. Zero is not "at once" but the
// default; see [Policy].Deadline.
func (p Policy) Within(d time.Duration) Policy {
	p.Deadline = d
	return p
}

// Validate reports what is wrong with the policy, and what to write instead.
func (p Policy) Validate() error {
	switch {
	case p.Need < 1:
		return fmt.Errorf("policy: need is %d; at least 1 approval must be needed", p.Need)
	case p.Group == "":
		return errors.New("policy: group is empty; name the group whose members may decide")
	case p.Veto < 0:
		return fmt.Errorf("policy: veto is %d; set how many rejections end the gate, or 0 for one", p.Veto)
	case p.Deadline < 0:
		return fmt.Errorf("policy: deadline is %s; set a positive one, 0 for %s, or NoDeadline", p.Deadline, DefaultDeadline)
	}
	return nil
}

// normalized returns the policy with its defaults filled in.
func (p Policy) normalized() Policy {
	if p.Veto == 0 {
		p.Veto = 1
	}
	if p.Deadline == 0 {
		p.Deadline = DefaultDeadline
	}
	return p
}
