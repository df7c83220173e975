"""The one place that decides how kernels are compiled."""

from numba import njit

# Threads may run kernels side by side (nogil); a division by zero gives inf as in NumPy; of
# LLVM's fast-math flags only `contract`, because a NaN must travel; and machine code is kept
# between processes.  Numba's cache notices an edit in the kernel's own file only, so what a
# kernel calls stands in the same file.
kernel = njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
