// Package policyfile reads policies from files of JSON or YAML, strictly: it refuses
// unknown, misspelled and doubled fields, values of a wrong kind, and policies with
// problems. Each problem has its line, column and field, and says what to do.
//
//	data, err := os.ReadFile("policies.yaml")
//	if err != nil {
//		return err
//	}
//	file, err := policyfile.Parse(data)
//	if err != nil {
//		return err // policyfile: line 7, column 9: stages[0].rules[0].needs: the field is unknown; write "need"
//	}
//	p, err := file.Policy("expense", cents)
//
// # Files
//
// A file has one policy, or tiers of policies by amount, or several of these with names:
//
//	policies:
//	  leave:
//	    stages:
//	      - rules: [{need: 1, from: {groups: [managers]}}]
//	        deadline: 72h
//	  expense:
//	    - below: 10000
//	      policy: {autoApprove: below 100 euros}
//	    - policy:
//	        stages:
//	          - rules: [{need: 2, from: {groups: [finance]}}]
//
// The fields are those of [policy.Policy] and [policy.Tier] in JSON. Durations are text
// with a unit, such as "72h", or "none" for a stage without a deadline. A file that begins
// with "{" or "[" is JSON, any other is YAML.
//
// # What is guaranteed
//
//   - A file that [Parse] accepts means what [encoding/json] makes of the same policy, and
//     its policies survive being written as JSON and read again.
//   - No input panics, and reading takes time in proportion to the size of the file: it has
//     at most 1 MB, and YAML's aliases are refused.
//   - Names are text: YAML that makes a number, a date or a truth value of a name is refused.
//
// # What is not
//
// Whether the people exist. See [policy.Lint] and package analysis.
package policyfile
