"""Write, audit, publish: releases that readers can trust and never have to wait for."""
