"""equations (对账等式): what must hold of a day or a period of a feed; an equation that fails is an incident."""
