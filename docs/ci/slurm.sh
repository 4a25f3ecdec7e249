#!/bin/sh
# tapweave on a cluster: sbatch --wait docs/ci/slurm.sh, and then, in the same folder,
#
#   tapweave merge part-*.json --json tapweave.json
#
# Four tasks of an array decide a part each.  Within one task, srun would share it further.

#SBATCH --array=1-4
#SBATCH --cpus-per-task=2
#SBATCH --time=00:20:00

tapweave check scenarios/*.yaml --max-time 600 --json "part-$SLURM_ARRAY_TASK_ID.json"
