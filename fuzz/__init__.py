"""Generated calls against every estimator: a right answer, or a clear refusal.

``python -m fuzz --calls 100000`` draws estimators with wild settings and gives them wild data.  A
call survives if it returns finite numbers of the right shape, or raises one of the errors that the
package promises, from its own code; anything else is a defect, as is a flood of warnings, a
warning that some library below meant for its caller, a process that dies, and a call that does not
end.  Files of models are damaged and forged: one that is damaged is refused or says what it said.
"""
